package io.clew.server.exchange;

import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;

/** One thing of a file to be imported. */
sealed interface Message {
    /** Its number in the file, from 1. */
    long number();

    /** File and line, or file and number, for people. */
    String where();

    /** Its bytes in memory. */
    long bytes();

    /** A request as it stands in the file, without compression of the file. */
    record Request(long number, String where, SourceRequest request) implements Message {
        @Override
        public long bytes() {
            return request.length();
        }
    }

    /** Spans read from rows; not to be changed any more. */
    record Spans(long number, String where, SpanBatch spans) implements Message {
        @Override
        public long bytes() {
            return spans.heapBytes();
        }
    }

    /** What is none. */
    record Unreadable(long number, String where, String wrong) implements Message {
        @Override
        public long bytes() {
            return 0;
        }
    }
}
