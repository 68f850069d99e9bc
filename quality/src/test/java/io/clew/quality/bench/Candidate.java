package io.clew.quality.bench;

import java.io.IOException;
import java.net.URI;

/** A server that takes spans and answers the questions that Zipkin can answer too. May be used from any thread. */
interface Candidate extends AutoCloseable {
    String name();

    ProcessMeter meter();

    /** How it is sent spans. */
    Sender sender();

    URI byId(Sample sample);

    /** Traces of the sample's service from a second before the sample started until a second after, 20 of them. */
    URI serviceAndTime(Sample sample);

    /** The one trace with the sample's URL. */
    URI rareAttribute(Sample sample);

    /** Traces with a span that takes about as long as the sample did, 20 of them. */
    URI durationRange(Sample sample);

    /**
     * Waits until everything taken is where it will stay.
     *
     * @return whether that was so before {@code most} seconds had passed
     */
    boolean settle(double most) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
