package io.clew.ingest.otlp;

import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals.Reason;
import io.clew.model.SpanBatch;

/**
 * Reads one Span message into the newest row of a batch. Ids of a wrong length are complained about once the span has
 * been read, since a later occurrence of the field replaces an earlier one. For one thread.
 */
final class SpanReader {
    private static final int TRACE_ID = 1 << 3 | Wire.LENGTH;
    private static final int SPAN_ID = 2 << 3 | Wire.LENGTH;
    private static final int TRACE_STATE = 3 << 3 | Wire.LENGTH;
    private static final int PARENT_SPAN_ID = 4 << 3 | Wire.LENGTH;
    private static final int NAME = 5 << 3 | Wire.LENGTH;
    private static final int KIND = 6 << 3;
    private static final int START = 7 << 3 | Wire.FIXED64;
    private static final int END = 8 << 3 | Wire.FIXED64;
    private static final int ATTRIBUTES = 9 << 3 | Wire.LENGTH;
    private static final int DROPPED_ATTRIBUTES = 10 << 3;
    private static final int EVENTS = 11 << 3 | Wire.LENGTH;
    private static final int DROPPED_EVENTS = 12 << 3;
    private static final int LINKS = 13 << 3 | Wire.LENGTH;
    private static final int DROPPED_LINKS = 14 << 3;
    private static final int STATUS = 15 << 3 | Wire.LENGTH;
    private static final int FLAGS = 16 << 3 | Wire.FIXED32;

    private final AttributeReader attributes;
    private final RequestWalk walk;

    SpanReader(AttributeReader attributes, RequestWalk walk) {
        this.attributes = attributes;
        this.walk = walk;
    }

    /** @param tagAt where the span begins: named when an id is missing */
    void read(byte[] a, int tagAt, int from, int end, SpanBatch batch, int row, Complaint complaint)
            throws FormatException, MalformedRequestException {
        long traceId = 0;
        long spanId = 0;
        long parentId = 0;
        long start = 0;
        long finish = 0;
        attributes.owner(0);
        int p = from;
        while (p < end) {
            int fieldAt = p;
            int tag = a[p++];
            if (tag < 0) {
                tag = (int) Wire.varint(a, fieldAt, end);
                p = Wire.afterVarint(a, fieldAt);
            }
            if ((tag & 7) == Wire.LENGTH) {
                long content = Wire.content(a, p, end);
                p = (int) (content >>> 32);
                int at = (int) content;
                switch (tag) {
                    case ATTRIBUTES -> {
                        attributes.read(a, at, p, batch.spanAttributes());
                        walk.metered(p - at);
                    }
                    case TRACE_ID -> traceId = content;
                    case SPAN_ID -> spanId = content;
                    case PARENT_SPAN_ID -> parentId = content;
                    case NAME -> {
                        int name = attributes.text(a, at, p);
                        batch.setName(row, name);
                        attributes.owner(name);
                    }
                    case TRACE_STATE -> batch.setTraceState(row, attributes.text(a, at, p));
                    case EVENTS -> event(a, at, p, batch);
                    case LINKS -> link(a, at, p, batch, complaint);
                    case STATUS -> status(a, at, p, batch, row);
                    default -> {
                        if (tag >>> 3 == 0) {
                            throw Wire.fieldZero(fieldAt);
                        }
                    }
                }
                continue;
            }
            switch (tag) {
                case START -> {
                    start = Wire.fixed64(a, p, end);
                    p += 8;
                }
                case END -> {
                    finish = Wire.fixed64(a, p, end);
                    p += 8;
                }
                case KIND -> {
                    batch.setKind(row, (int) Wire.varint(a, p, end));
                    p = Wire.afterVarint(a, p);
                }
                case FLAGS -> {
                    batch.setFlags(row, Wire.fixed32(a, p, end));
                    p += 4;
                }
                case DROPPED_ATTRIBUTES -> {
                    batch.setDroppedAttributes(row, (int) Wire.varint(a, p, end));
                    p = Wire.afterVarint(a, p);
                }
                case DROPPED_EVENTS -> {
                    batch.setDroppedEvents(row, (int) Wire.varint(a, p, end));
                    p = Wire.afterVarint(a, p);
                }
                case DROPPED_LINKS -> {
                    batch.setDroppedLinks(row, (int) Wire.varint(a, p, end));
                    p = Wire.afterVarint(a, p);
                }
                default -> p = Wire.skip(a, tag, fieldAt, p, end);
            }
        }
        // On the wire a time of 0 and no time are the same.
        if (start != 0) {
            batch.setStart(row, start);
        }
        if (finish != 0) {
            batch.setEnd(row, finish);
        }
        ids(a, tagAt, traceId, spanId, parentId, batch, row, complaint);
    }

    /** The ids' contents: first position, and end in the upper half; 0 when the field was not sent. */
    private static void ids(
            byte[] a,
            int tagAt,
            long traceId,
            long spanId,
            long parentId,
            SpanBatch batch,
            int row,
            Complaint complaint) {
        long high = 0;
        long low = 0;
        if (length(traceId) == 16) {
            high = Wire.bigEndian(a, (int) traceId);
            low = Wire.bigEndian(a, (int) traceId + 8);
        }
        if ((high | low) == 0) {
            complaint.note(Reason.TRACE_ID, length(traceId) == 0 ? tagAt : (int) traceId, (int) (traceId >>> 32));
        }
        batch.setTraceId(row, high, low);
        long id = length(spanId) == 8 ? Wire.bigEndian(a, (int) spanId) : 0;
        if (id == 0) {
            complaint.note(Reason.SPAN_ID, length(spanId) == 0 ? tagAt : (int) spanId, (int) (spanId >>> 32));
        }
        batch.setSpanId(row, id);
        int parentLength = length(parentId);
        if (parentLength == 8) {
            batch.setParentSpanId(row, Wire.bigEndian(a, (int) parentId));
        } else if (parentLength != 0) {
            complaint.note(Reason.PARENT_ID, (int) parentId, (int) (parentId >>> 32));
        }
    }

    private static int length(long content) {
        return (int) (content >>> 32) - (int) content;
    }

    private void event(byte[] a, int from, int end, SpanBatch batch) throws FormatException, MalformedRequestException {
        int event = batch.beginEvent();
        attributes.owner(0);
        walk.metered(0);
        int p = from;
        while (p < end) {
            int fieldAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            switch (tag) {
                case 1 << 3 | Wire.FIXED64 -> {
                    batch.setEventTime(event, Wire.fixed64(a, p, end));
                    p += 8;
                }
                case 2 << 3 | Wire.LENGTH -> {
                    long content = Wire.content(a, p, end);
                    p = (int) (content >>> 32);
                    int name = attributes.text(a, (int) content, p);
                    batch.setEventName(event, name);
                    attributes.owner(name);
                }
                case 3 << 3 | Wire.LENGTH -> {
                    long content = Wire.content(a, p, end);
                    p = (int) (content >>> 32);
                    attributes.read(a, (int) content, p, batch.eventAttributes());
                    walk.metered(p - (int) content);
                }
                case 4 << 3 -> {
                    batch.setEventDropped(event, (int) Wire.varint(a, p, end));
                    p = Wire.afterVarint(a, p);
                }
                default -> p = Wire.skip(a, tag, fieldAt, p, end);
            }
        }
    }

    private void link(byte[] a, int from, int end, SpanBatch batch, Complaint complaint)
            throws FormatException, MalformedRequestException {
        int link = batch.beginLink();
        attributes.owner(AttributeReader.LINK);
        walk.metered(0);
        long traceId = 0;
        long spanId = 0;
        int p = from;
        while (p < end) {
            int fieldAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            switch (tag) {
                case 1 << 3 | Wire.LENGTH -> {
                    traceId = Wire.content(a, p, end);
                    p = (int) (traceId >>> 32);
                }
                case 2 << 3 | Wire.LENGTH -> {
                    spanId = Wire.content(a, p, end);
                    p = (int) (spanId >>> 32);
                }
                case 3 << 3 | Wire.LENGTH -> {
                    long content = Wire.content(a, p, end);
                    p = (int) (content >>> 32);
                    batch.setLinkTraceState(link, attributes.text(a, (int) content, p));
                }
                case 4 << 3 | Wire.LENGTH -> {
                    long content = Wire.content(a, p, end);
                    p = (int) (content >>> 32);
                    attributes.read(a, (int) content, p, batch.linkAttributes());
                    walk.metered(p - (int) content);
                }
                case 5 << 3 -> {
                    batch.setLinkDropped(link, (int) Wire.varint(a, p, end));
                    p = Wire.afterVarint(a, p);
                }
                case 6 << 3 | Wire.FIXED32 -> {
                    batch.setLinkFlags(link, Wire.fixed32(a, p, end));
                    p += 4;
                }
                default -> p = Wire.skip(a, tag, fieldAt, p, end);
            }
        }
        int traceLength = length(traceId);
        if (traceLength == 16) {
            batch.setLinkTraceId(link, Wire.bigEndian(a, (int) traceId), Wire.bigEndian(a, (int) traceId + 8));
        } else if (traceLength != 0) {
            complaint.note(Reason.LINK_ID, (int) traceId, (int) (traceId >>> 32));
        }
        int spanLength = length(spanId);
        if (spanLength == 8) {
            batch.setLinkSpanId(link, Wire.bigEndian(a, (int) spanId));
        } else if (spanLength != 0) {
            complaint.note(Reason.LINK_ID, (int) spanId, (int) (spanId >>> 32));
        }
    }

    private void status(byte[] a, int from, int end, SpanBatch batch, int row)
            throws FormatException, MalformedRequestException {
        int p = from;
        while (p < end) {
            int fieldAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            if (tag == (2 << 3 | Wire.LENGTH)) {
                long content = Wire.content(a, p, end);
                p = (int) (content >>> 32);
                batch.setStatusMessage(row, attributes.text(a, (int) content, p));
            } else if (tag == 3 << 3) {
                batch.setStatusCode(row, (int) Wire.varint(a, p, end));
                p = Wire.afterVarint(a, p);
            } else {
                p = Wire.skip(a, tag, fieldAt, p, end);
            }
        }
    }
}
