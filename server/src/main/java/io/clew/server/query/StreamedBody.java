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
    private final Patience patience;
    private byte[] piece = new byte[4 << 10];
    private int filled;
    private @Nullable HttpResponseWriter writer;

    /** How long a client is waited for. */
    interface Patience {
        /** Asked for each piece; on the clock of {@link System#nanoTime}: a client that has not read by then is given up. */
        long deadline();

        /** Told of each piece that the client has taken, and of the nanoseconds that it was waited for. */
        default void taken(int bytes, long waited) {}
    }

    /**
     * @param response completed when the first piece is ready
     * @param patience how long the client is waited for
     */
    StreamedBody(ResponseHeaders headers, CompletableFuture<HttpResponse> response, Patience patience) {
        this.headers = headers;
        this.response = response;
        this.patience = patience;
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

    /** Lets out what is here; from then on the answer cannot become another. */
    @Override
    public void flush() throws IOException {
        if (filled > 0) {
            send();
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
        int sent = filled;
        filled = 0;
        long began = System.nanoTime();
        try {
            writer.whenConsumed().get(Math.max(1, patience.deadline() - began), TimeUnit.NANOSECONDS);
            patience.taken(sent, System.nanoTime() - began);
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
