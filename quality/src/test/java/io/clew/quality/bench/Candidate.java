package io.clew.quality.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;

/** A server that takes spans and answers the four questions. Requests may be sent from any thread. */
interface Candidate extends AutoCloseable {
    String name();

    ProcessMeter meter();

    /** The request that brings these spans. */
    HttpRequest intake(byte[] otlp) throws IOException;

    URI byId(Sample sample);

    /** Traces of the sample's service in the second after the sample started, 20 of them. */
    URI serviceAndTime(Sample sample);

    /** The one trace with the sample's URL. */
    URI rareAttribute(Sample sample);

    /** Traces with a span that takes about as long as the sample did, 20 of them. */
    URI durationRange(Sample sample);

    /** Returns when everything taken is where it will stay, or after a minute. */
    void settle() throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
