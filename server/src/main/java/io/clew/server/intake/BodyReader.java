package io.clew.server.intake;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.clew.ingest.BusyException;
import io.clew.ingest.ByteBudget;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.MalformedRequestException.Reason;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Reads one request's body into memory, billing every byte to the budget while it arrives. A body that is too large, or
 * for which there is no memory, is not kept; over HTTP/1 it is still read to its end, up to twice the limit, before it is
 * answered: a client that sends first and reads then gets its answer instead of a broken connection. Over HTTP/2 the
 * answer goes out at once. Runs on the connection's event loop.
 */
public final class BodyReader implements Subscriber<HttpObject> {
    private static final int SMALLEST_BUFFER = 512;
    private static final int LARGEST_FIRST_BUFFER = 1 << 20;

    private final int limit;
    private final int framing;
    private final long announced;
    private final ByteBudget.Claim claim;
    private final CompletableFuture<Body> result = new CompletableFuture<>();
    private @Nullable Subscription subscription;
    private byte[] bytes = new byte[0];
    private long received;
    private @Nullable Exception refusal;
    private final boolean readToEnd;

    private BodyReader(
            ServiceRequestContext context, HttpRequest request, int limit, int framing, ByteBudget.Claim claim) {
        this.limit = limit;
        this.framing = framing;
        this.announced = request.headers().contentLength();
        this.claim = claim;
        this.readToEnd = !context.sessionProtocol().isMultiplex();
    }

    /**
     * Reads a body that is wanted.
     *
     * @param limit largest body in bytes, inclusive, without its framing
     * @param framing bytes that may come on top of the limit
     * @return fails with {@link MalformedRequestException} (too large), {@link BusyException} (no memory now), or whatever
     *     broke the connection
     */
    public static CompletableFuture<Body> read(
            ServiceRequestContext context, HttpRequest request, int limit, int framing, ByteBudget budget) {
        BodyReader reader = new BodyReader(context, request, limit, framing, budget.claim());
        reader.subscribe(context, request);
        return reader.result;
    }

    /** Reads a body that nobody wants, where the answer must wait for its end. Never fails. */
    public static CompletableFuture<Void> discard(ServiceRequestContext context, HttpRequest request) {
        BodyReader reader = new BodyReader(
                context,
                request,
                DecodeLimits.DEFAULT.maxBodyBytes(),
                0,
                ByteBudget.unlimited().claim());
        reader.refuse(new ClientGoneException(new IOException("not wanted")));
        reader.subscribe(context, request);
        return reader.result.handle((_, _) -> null);
    }

    private void subscribe(ServiceRequestContext context, HttpRequest request) {
        request.subscribe(
                this,
                context.eventLoop(),
                SubscriptionOption.WITH_POOLED_OBJECTS,
                SubscriptionOption.NOTIFY_CANCELLATION);
    }

    @Override
    public void onSubscribe(Subscription opened) {
        subscription = opened;
        opened.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(HttpObject object) {
        if (!(object instanceof HttpData data)) {
            return;
        }
        try (data) {
            long before = received;
            received += data.length();
            if (refusal == null) {
                keep(data, (int) before);
            } else if (received > 2L * limit && subscription != null) {
                subscription.cancel();
            }
        }
    }

    @Override
    public void onComplete() {
        if (refusal != null) {
            result.completeExceptionally(refusal);
            return;
        }
        Instant now = Instant.now();
        long receiveTime = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        Body body = new Body(bytes, (int) received, receiveTime, System.nanoTime(), claim);
        if (!result.complete(body)) {
            body.close();
        }
    }

    @Override
    public void onError(Throwable cause) {
        refuse(new ClientGoneException(cause));
        result.completeExceptionally(refusal == null ? cause : refusal);
    }

    private void keep(HttpData data, int at) {
        try {
            long body = Math.max(announced, received) - framing;
            if (body > limit) {
                throw new MalformedRequestException(
                        Reason.TOO_LARGE,
                        "the body has " + body + " bytes" + (announced > 0 ? "" : " or more") + "; at most " + limit
                                + " are taken, send smaller batches");
            }
            if (received > bytes.length) {
                grow((int) received);
            }
            data.byteBuf().readBytes(bytes, at, data.length());
        } catch (MalformedRequestException | BusyException e) {
            refuse(e);
        }
    }

    // Billed before it is allocated. What the sender announces is believed up to 1 MiB, beyond that only what has come.
    private void grow(int needed) throws MalformedRequestException {
        long wanted = Math.max(needed, Math.max(SMALLEST_BUFFER, 2L * bytes.length));
        if (bytes.length == 0 && announced > 0) {
            wanted = Math.max(needed, Math.min(announced, LARGEST_FIRST_BUFFER));
        }
        int capacity = (int) Math.min(wanted, Math.max(needed, announced > 0 ? announced : (long) limit + framing));
        claim.resize(capacity);
        bytes = Arrays.copyOf(bytes, capacity);
    }

    private void refuse(Exception why) {
        if (refusal == null) {
            refusal = why;
        }
        bytes = new byte[0];
        claim.close();
        if (!readToEnd) {
            result.completeExceptionally(refusal);
        }
    }
}
