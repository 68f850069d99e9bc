package io.clew.server.exchange;

import io.clew.ingest.otlp.OtlpJsonWriter;
import io.clew.ingest.otlp.OtlpProtobufWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Writes chunks one after the other in one of the formats that are streams. For one thread. */
public final class ChunkWriter {
    private final Format format;
    private final OtlpProtobufWriter protobuf = new OtlpProtobufWriter();

    /** A writer of any format but Parquet. */
    public ChunkWriter(Format format) {
        this.format = format;
    }

    public void write(SpanChunk chunk, OutputStream out) throws IOException {
        switch (format) {
            case OTLP_JSON -> {
                OtlpJsonWriter.write(chunk.spans(), out);
                out.write('\n');
            }
            case OTLP_PROTO -> {
                byte[] message = protobuf.write(chunk.spans());
                Frames.write(message, 0, message.length, out);
            }
            case BATCHES -> BatchFrames.write(chunk, out);
            case PARQUET -> throw new IllegalArgumentException("Parquet is no stream");
        }
    }

    /**
     * Writes lines about damaged places of which nothing is written, if the format has a place for them.
     *
     * @return whether it has one
     */
    public boolean writeMissed(List<String> lines, OutputStream out) throws IOException {
        if (format != Format.BATCHES) {
            return false;
        }
        if (!lines.isEmpty()) {
            BatchFrames.writeMissed(lines, out);
        }
        return true;
    }
}
