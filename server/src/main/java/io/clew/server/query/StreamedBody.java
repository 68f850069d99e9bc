package io.clew.server.query;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.ResponseHeaders;
import io.clew.store.ReadStoppedException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer while it is written. A small one goes out whole; a larger one in pieces of 64 KiB, each only when
 * the client has room for it, so that no answer stands in memory as a whole. Nothing goes out before the first piece is
 * full: until then the answer may still become another. For one thread.
 */
final class StreamedBody extends OutputStream {
    private static final int PIECE = 64 << 10;

    private final ResponseHeaders headers;
    private final CompletableFuture<HttpResponse> response;
    private final LongSupplier deadline;
    private byte[] piece = new byte[4 << 10];
    private int filled;
    private @Nullable HttpResponseWriter writer;

    /**
     * @param response completed when the first piece is ready
     * @param deadline asked for each piece; on the clock of {@link System#nanoTime}: a client that has not read by then is
     *     given up
     */
    StreamedBody(ResponseHeaders headers, CompletableFuture<HttpResponse> response, LongSupplier deadline) {
        this.headers = headers;
        this.response = response;
        this.deadline = deadline;
    }

    /** Whether something is on its way already. */
    boolean started() {
        return writer != null;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (filled == piece.length) {
                if (piece.length == PIECE) {
                    send();
                } else {
                    piece = Arrays.copyOf(piece, Math.min(PIECE, piece.length * 4));
                }
            }
            int count = Math.min(left, piece.length - filled);
            System.arraycopy(from, at, piece, filled, count);
            filled += count;
            at += count;
            left -= count;
        }
    }

    /** Ends the answer as it should. */
    @Override
    public void close() throws IOException {
        if (writer == null) {
            response.complete(HttpResponse.of(headers, HttpData.wrap(piece, 0, filled)));
        } else {
            send();
            writer.close();
        }
    }

    /** Breaks off an answer of which pieces are already on their way. */
    void breakOff(Throwable cause) {
        if (writer != null) {
            writer.close(cause);
        }
    }

    private void send() throws IOException {
        if (writer == null) {
            writer = HttpResponse.streaming();
            writer.write(headers);
            response.complete(writer);
        }
        if (!writer.tryWrite(HttpData.copyOf(piece, 0, filled))) {
            throw new ReadStoppedException(ReadStoppedException.Cause.CANCELLED);
        }
        filled = 0;
        try {
            writer.whenConsumed().get(Math.max(1, deadline.getAsLong() - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ReadStoppedException(ReadStoppedException.Cause.DEADLINE);
        } catch (ExecutionException e) {
            throw new ReadStoppedException(ReadStoppedException.Cause.CANCELLED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sending an answer", e);
        }
    }
}
