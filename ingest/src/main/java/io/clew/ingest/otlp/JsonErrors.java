package io.clew.ingest.otlp;

import io.clew.model.MalformedRequestException;

/** Where in a JSON body an error is, as people count: lines and columns (in bytes) from 1. Stateless. */
final class JsonErrors {
    private JsonErrors() {}

    static MalformedRequestException malformed(FormatException e, byte[] a, int from, String signal) {
        int line = 1;
        int lineStart = from;
        for (int i = from; i < e.offset(); i++) {
            if (a[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new MalformedRequestException(
                MalformedRequestException.Reason.UNDECODABLE,
                "not a JSON " + signal + " request: line " + line + ", column " + (e.offset() - lineStart + 1) + ": "
                        + e.what());
    }
}
