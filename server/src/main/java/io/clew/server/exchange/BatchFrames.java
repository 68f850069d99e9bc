package io.clew.server.exchange;

import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.Position;
import io.clew.store.log.BatchCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Chunks as frames: 1 byte (1: a position follows that counts, 0: the last trace goes on in the next frame), start and
 * the two halves of the trace id of the position (8 bytes each), how many traces end in the frame (4 bytes), all with the
 * highest byte first; then the spans as codec 0 of the log has them. Reading is for one thread.
 */
final class BatchFrames implements SpanChunk.Source {
    private static final int HEADER = 29;

    private final InputStream in;
    private final BatchCodec codec = new BatchCodec();
    private final SpanBatch spans = new SpanBatch();
    private final Refusals none = new Refusals();

    /** @param in closed by {@link #close} */
    BatchFrames(InputStream in) {
        this.in = in;
    }

    static void write(SpanChunk chunk, OutputStream out) throws IOException {
        SourceRequest batch = BatchCodec.encode(chunk.spans(), 0);
        Position reached = chunk.reached();
        byte[] frame = new byte[HEADER + batch.length()];
        ByteBuffer.wrap(frame)
                .put((byte) (reached == null ? 0 : 1))
                .putLong(reached == null ? 0 : reached.start())
                .putLong(reached == null ? 0 : reached.id().high())
                .putLong(reached == null ? 0 : reached.id().low())
                .putInt(chunk.traces())
                .put(batch.bytes(), batch.offset(), batch.length());
        Frames.write(frame, 0, frame.length, out);
    }

    @Override
    public @Nullable SpanChunk next() throws IOException {
        byte[] frame = Frames.read(in);
        if (frame == null) {
            return null;
        }
        if (frame.length < HEADER) {
            throw new IOException("a frame of " + frame.length + " bytes holds no batch");
        }
        ByteBuffer header = ByteBuffer.wrap(frame);
        boolean whole = header.get() == 1;
        Position position = new Position(header.getLong(), new TraceId(header.getLong(), header.getLong()));
        int traces = header.getInt();
        spans.clear();
        try {
            codec.decode(
                    new SourceRequest(
                            BatchCodec.CODEC, ContentEncoding.IDENTITY, frame, HEADER, frame.length - HEADER, 0),
                    DecodeLimits.DEFAULT,
                    spans,
                    none);
        } catch (MalformedRequestException e) {
            throw new IOException("the server sent what is no batch of spans: " + e.getMessage(), e);
        }
        return new SpanChunk(spans, whole ? position : null, traces);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
