package io.clew.ingest.otlp;

import io.clew.ingest.ByteBudget;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.Refusals.Reason;
import io.clew.model.SpanBatch;

/**
 * Walks the bytes of an ExportTraceServiceRequest (or TracesData, which is the same on the wire) once, straight into the
 * columns of a batch. Resources and scopes may stand behind the spans they belong to, so each list is first skimmed for
 * them. A span in a bad resource or scope is walked like any other, so that it is counted and its bytes are checked.
 * Memory that the columns grow by is billed as it is taken. Holds scratch memory; for one thread.
 */
final class RequestWalk {
    /** Rows, or 64 bytes of them, that are read between two looks at how far the batch has grown. */
    private static final int METER_EVERY = 1024;

    private static final int FIELD_1 = 1 << 3 | Wire.LENGTH;
    private static final int FIELD_2 = 2 << 3 | Wire.LENGTH;
    private static final int FIELD_3 = 3 << 3 | Wire.LENGTH;

    private final NestedValues nested = new NestedValues();
    private final AttributeReader attributes = new AttributeReader(nested);
    private final SpanReader spans = new SpanReader(attributes, this);
    private final Complaint aboutResource = new Complaint();
    private final Complaint aboutScope = new Complaint();
    private final Complaint aboutSpan = new Complaint();

    private final byte protocol;
    private final boolean camelCase;

    private byte[] a = new byte[0];
    private int from;
    private int end;
    private long receiveTime;
    private DecodeLimits limits = DecodeLimits.DEFAULT;
    private SpanBatch batch = new SpanBatch();
    private Refusals refusals = new Refusals();
    private ByteBudget.Claim claim = ByteBudget.unlimited().claim();
    private long heapAtStart;
    private long heapBilled;
    private int untilMeter;
    private int position;

    /**
     * @param protocol what spans say they came by
     * @param camelCase whether errors name fields as JSON does
     */
    RequestWalk(byte protocol, boolean camelCase) {
        this.protocol = protocol;
        this.camelCase = camelCase;
    }

    /** Appends the spans between {@code from} and {@code end}; parameters as in {@link io.clew.model.RequestDecoder}. */
    void read(
            byte[] body,
            int from,
            int end,
            long receiveTime,
            DecodeLimits limits,
            SpanBatch into,
            Refusals refusals,
            ByteBudget.Claim claim)
            throws MalformedRequestException {
        a = body;
        this.from = from;
        this.end = end;
        this.receiveTime = receiveTime;
        this.limits = limits;
        batch = into;
        this.refusals = refusals;
        this.claim = claim;
        heapAtStart = into.heapBytes();
        heapBilled = 0;
        untilMeter = METER_EVERY;
        position = 0;
        attributes.start(into.dictionary());
        nested.start(claim, limits.maxDepth());
        try {
            request();
        } catch (FormatException e) {
            String path = FieldPath.at(body, from, end, e.offset(), camelCase);
            throw new MalformedRequestException(
                    MalformedRequestException.Reason.UNDECODABLE,
                    "not a protobuf trace request: at byte " + (e.offset() - from) + " of " + (end - from)
                            + (path.isEmpty() ? "" : ", in " + path) + ": " + e.what());
        } finally {
            nested.end();
            // Nothing of the request may stay reachable from here.
            a = new byte[0];
        }
    }

    /** Counts a row that took {@code bytes} of the request; now and then bills what the batch has grown by. */
    void metered(int bytes) throws MalformedRequestException {
        untilMeter -= 1 + (bytes >>> 6);
        if (untilMeter <= 0) {
            untilMeter = METER_EVERY;
            long grown = batch.heapBytes() - heapAtStart;
            if (grown > heapBilled) {
                claim.add(grown - heapBilled);
                heapBilled = grown;
            }
        }
    }

    private void request() throws FormatException, MalformedRequestException {
        int p = from;
        while (p < end) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            if (tag == FIELD_1) {
                long content = Wire.content(a, p, end);
                p = (int) (content >>> 32);
                resourceSpans((int) content, p);
            } else {
                p = Wire.skip(a, tag, tagAt, p, end);
            }
        }
    }

    private void resourceSpans(int from, int end) throws FormatException, MalformedRequestException {
        int row = batch.beginResource();
        aboutResource.clear();
        attributes.complainTo(aboutResource);
        boolean scopes = false;
        for (int p = from; p < end; ) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            int next = Wire.skip(a, tag, tagAt, p, end);
            if (tag == FIELD_1) {
                resource((int) Wire.content(a, p, end), next, row);
            } else if (tag == FIELD_3) {
                batch.setResourceSchemaUrl(row, attributes.text(a, (int) Wire.content(a, p, end), next));
            }
            scopes |= tag == FIELD_2;
            p = next;
        }
        for (int p = from; scopes && p < end; ) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            int next = Wire.skip(a, tag, tagAt, p, end);
            if (tag == FIELD_2) {
                scopeSpans((int) Wire.content(a, p, end), next, row);
            }
            p = next;
        }
    }

    private void resource(int from, int end, int row) throws FormatException, MalformedRequestException {
        attributes.owner(AttributeReader.RESOURCE);
        int p = from;
        while (p < end) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            if (tag == FIELD_1) {
                long content = Wire.content(a, p, end);
                p = (int) (content >>> 32);
                attributes.read(a, (int) content, p, batch.resourceAttributes());
                metered(p - (int) content);
            } else if (tag == 2 << 3) {
                batch.setResourceDropped(row, (int) Wire.varint(a, p, end));
                p = Wire.afterVarint(a, p);
            } else {
                p = Wire.skip(a, tag, tagAt, p, end);
            }
        }
    }

    private void scopeSpans(int from, int end, int resourceRow) throws FormatException, MalformedRequestException {
        int row = batch.beginScope();
        aboutScope.clear();
        attributes.complainTo(aboutScope);
        for (int p = from; p < end; ) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            int next = Wire.skip(a, tag, tagAt, p, end);
            if (tag == FIELD_1) {
                scope((int) Wire.content(a, p, end), next, row);
            } else if (tag == FIELD_3) {
                batch.setScopeSchemaUrl(row, attributes.text(a, (int) Wire.content(a, p, end), next));
            }
            p = next;
        }
        metered(0);
        attributes.complainTo(aboutSpan);
        for (int p = from; p < end; ) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            int next = Wire.skip(a, tag, tagAt, p, end);
            if (tag == FIELD_2) {
                span(tagAt, (int) Wire.content(a, p, end), next, resourceRow, row);
            }
            p = next;
        }
    }

    private void scope(int from, int end, int row) throws FormatException, MalformedRequestException {
        attributes.owner(AttributeReader.SCOPE);
        int p = from;
        while (p < end) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            switch (tag) {
                case FIELD_1, FIELD_2 -> {
                    long content = Wire.content(a, p, end);
                    p = (int) (content >>> 32);
                    int text = attributes.text(a, (int) content, p);
                    if (tag == FIELD_1) {
                        batch.setScopeName(row, text);
                    } else {
                        batch.setScopeVersion(row, text);
                    }
                }
                case FIELD_3 -> {
                    long content = Wire.content(a, p, end);
                    p = (int) (content >>> 32);
                    attributes.read(a, (int) content, p, batch.scopeAttributes());
                    metered(p - (int) content);
                }
                case 4 << 3 -> {
                    batch.setScopeDropped(row, (int) Wire.varint(a, p, end));
                    p = Wire.afterVarint(a, p);
                }
                default -> p = Wire.skip(a, tag, tagAt, p, end);
            }
        }
    }

    private void span(int tagAt, int from, int end, int resourceRow, int scopeRow)
            throws FormatException, MalformedRequestException {
        aboutSpan.clear();
        int row = batch.beginSpan(resourceRow, scopeRow, receiveTime, protocol);
        spans.read(a, tagAt, from, end, batch, row, aboutSpan);
        metered(end - from);
        if (refusals.replaying()) {
            if (refusals.contains(position)) {
                batch.dropSpan();
            }
        } else if (aboutResource.noted()) {
            refuse(aboutResource, tagAt);
        } else if (aboutScope.noted()) {
            refuse(aboutScope, tagAt);
        } else if (aboutSpan.noted()) {
            refuse(aboutSpan, tagAt);
        }
        position++;
    }

    private void refuse(Complaint complaint, int spanAt) {
        batch.dropSpan();
        Reason reason = complaint.reason();
        if (reason == null) {
            throw new IllegalStateException("refused without a reason");
        }
        // Only the first message is kept, so only that one is made.
        String message = refusals.count() > 0
                ? ""
                : FieldPath.at(a, from, end, complaint.place(), camelCase) + ": "
                        + complaint.text(a, limits, complaint.offset() == spanAt, camelCase);
        refusals.add(position, reason, message);
    }
}
