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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chunks as frames: 1 byte (1: a position follows that counts, 0: the last trace goes on in the next frame), start and
 * the two halves of the trace id of the position (8 bytes each), how many traces end in the frame (4 bytes), all with the
 * highest byte first; then the spans as codec 0 of the log has them. A frame that begins with 2 holds instead, in UTF-8, a
 * line for each damaged place of which nothing is sent. Reading is for one thread.
 */
final class BatchFrames implements SpanChunk.Source {
    private static final int HEADER = 29;
    private static final int GOES_ON = 0;
    private static final int POSITION = 1;
    private static final int MISSED = 2;

    private final InputStream in;
    private final BatchCodec codec = new BatchCodec();
    private final SpanBatch spans = new SpanBatch();
    private final Refusals none = new Refusals();
    private final List<String> missed = new ArrayList<>();

    /** @param in closed by {@link #close} */
    BatchFrames(InputStream in) {
        this.in = in;
    }

    static void write(SpanChunk chunk, OutputStream out) throws IOException {
        SourceRequest batch = BatchCodec.encode(chunk.spans(), 0);
        Position reached = chunk.reached();
        byte[] frame = new byte[HEADER + batch.length()];
        ByteBuffer.wrap(frame)
                .put((byte) (reached == null ? GOES_ON : POSITION))
                .putLong(reached == null ? 0 : reached.start())
                .putLong(reached == null ? 0 : reached.id().high())
                .putLong(reached == null ? 0 : reached.id().low())
                .putInt(chunk.traces())
                .put(batch.bytes(), batch.offset(), batch.length());
        Frames.write(frame, 0, frame.length, out);
    }

    /** @param lines at least one, each without an end of line in it */
    static void writeMissed(List<String> lines, OutputStream out) throws IOException {
        byte[] text = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[1 + text.length];
        ByteBuffer.wrap(frame).put((byte) MISSED).put(text);
        Frames.write(frame, 0, frame.length, out);
    }

    @Override
    public @Nullable SpanChunk next() throws IOException {
        byte[] frame = Frames.read(in);
        while (frame != null && frame.length > 1 && frame[0] == MISSED) {
            missed.addAll(new String(frame, 1, frame.length - 1, StandardCharsets.UTF_8)
                    .lines()
                    .toList());
            frame = Frames.read(in);
        }
        if (frame == null) {
            return null;
        }
        if (frame.length < HEADER) {
            throw new IOException("a frame of " + frame.length + " bytes holds no batch");
        }
        ByteBuffer header = ByteBuffer.wrap(frame);
        boolean whole = header.get() == POSITION;
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
    public List<String> missed() {
        return missed;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
