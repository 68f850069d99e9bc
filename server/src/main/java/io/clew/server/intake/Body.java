package io.clew.server.intake;

import io.clew.ingest.ByteBudget;

/**
 * A request's body as received, with the memory it is billed for. Closing gives the bill back; the bytes must not be used
 * after that.
 *
 * @param bytes holds the body from 0 on
 * @param length of the body
 * @param receiveTime when its last byte arrived, epoch nanoseconds
 * @param receivedAt the same moment on the clock of {@link System#nanoTime}
 */
public record Body(byte[] bytes, int length, long receiveTime, long receivedAt, ByteBudget.Claim claim)
        implements AutoCloseable {
    @Override
    public void close() {
        claim.close();
    }
}
