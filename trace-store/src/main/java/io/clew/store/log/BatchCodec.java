package io.clew.store.log;

import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.MalformedRequestException.Reason;
import io.clew.model.Refusals;
import io.clew.model.RequestDecoder;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;

/**
 * Codec 0: a whole batch as bytes, for appends that come without the request they were decoded from. Decoding gives the
 * same rows in the same order. Limits and refusals do not apply: what stands in a batch was accepted.
 *
 * <p>Format, version 1. A count is an unsigned LEB128 number, text the number of a dictionary entry; numbers of fixed
 * width are little-endian:
 *
 * <pre>
 * version: byte = 1
 * dictionary   count of entries after the empty one, then of each: count of bytes, bytes
 * resources    count, then of each: dropped: int, schema URL: text, attributes
 * scopes       count, then of each: name, version: text, dropped: int, schema URL: text, attributes
 * spans        count, then of each:
 *              marks: byte (1 start, 2 end, 4 short trace id), protocol: byte, resource, scope: count,
 *              trace id high, low, span id, parent id, start, end, receive time: long,
 *              name, status message, trace state: text,
 *              kind, status code, flags, dropped attributes, events, links: int,
 *              attributes; events: count, then of each: time: long, name: text, dropped: int, attributes;
 *              links: count, then of each: trace id high, low, span id: long, trace state: text, flags,
 *              dropped: int, attributes
 * attributes   count, then of each: key: text, type: byte, value: text or long, see {@link ValueType}
 * </pre>
 */
public final class BatchCodec implements RequestDecoder {
    /** The codec number in log records. */
    public static final int CODEC = 0;

    /** The codec version in log records. */
    public static final int VERSION = 1;

    private static final int HAS_START = 1;
    private static final int HAS_END = 2;
    private static final int SHORT_TRACE_ID = 4;

    private int[] text = new int[64];

    @Override
    public int codec() {
        return CODEC;
    }

    /**
     * The batch as a request that this codec reads.
     *
     * @param receiveTime epoch nanoseconds; the spans keep their own
     */
    public static SourceRequest encode(SpanBatch batch, long receiveTime) {
        ByteSink out = new ByteSink();
        out.putByte(VERSION);
        ByteDictionary words = batch.dictionary();
        out.putCount(words.size() - 1);
        for (int id = 1; id < words.size(); id++) {
            out.putCount(words.length(id));
            out.put(words.array(), words.offset(id), words.length(id));
        }
        out.putCount(batch.resourceCount());
        for (int row = 0; row < batch.resourceCount(); row++) {
            out.putInt(batch.resourceDropped(row));
            out.putCount(batch.resourceSchemaUrl(row));
            attributes(out, batch.resourceAttributes(), row);
        }
        out.putCount(batch.scopeCount());
        for (int row = 0; row < batch.scopeCount(); row++) {
            out.putCount(batch.scopeName(row));
            out.putCount(batch.scopeVersion(row));
            out.putInt(batch.scopeDropped(row));
            out.putCount(batch.scopeSchemaUrl(row));
            attributes(out, batch.scopeAttributes(), row);
        }
        out.putCount(batch.spanCount());
        for (int span = 0; span < batch.spanCount(); span++) {
            span(out, batch, span);
        }
        return new SourceRequest(CODEC, ContentEncoding.IDENTITY, out.array(), 0, out.size(), receiveTime);
    }

    private static void span(ByteSink out, SpanBatch batch, int span) {
        out.putByte((batch.hasStart(span) ? HAS_START : 0)
                | (batch.hasEnd(span) ? HAS_END : 0)
                | (batch.hasShortTraceId(span) ? SHORT_TRACE_ID : 0));
        out.putByte(batch.protocol(span));
        out.putCount(batch.resource(span));
        out.putCount(batch.scope(span));
        out.putLong(batch.traceIdHigh(span));
        out.putLong(batch.traceIdLow(span));
        out.putLong(batch.spanId(span));
        out.putLong(batch.parentSpanId(span));
        out.putLong(batch.start(span));
        out.putLong(batch.end(span));
        out.putLong(batch.receiveTime(span));
        out.putCount(batch.name(span));
        out.putCount(batch.statusMessage(span));
        out.putCount(batch.traceState(span));
        out.putInt(batch.kind(span));
        out.putInt(batch.statusCode(span));
        out.putInt(batch.flags(span));
        out.putInt(batch.droppedAttributes(span));
        out.putInt(batch.droppedEvents(span));
        out.putInt(batch.droppedLinks(span));
        attributes(out, batch.spanAttributes(), span);
        int events = batch.eventsTo(span);
        out.putCount(events - batch.eventsFrom(span));
        for (int event = batch.eventsFrom(span); event < events; event++) {
            out.putLong(batch.eventTime(event));
            out.putCount(batch.eventName(event));
            out.putInt(batch.eventDropped(event));
            attributes(out, batch.eventAttributes(), event);
        }
        int links = batch.linksTo(span);
        out.putCount(links - batch.linksFrom(span));
        for (int link = batch.linksFrom(span); link < links; link++) {
            out.putLong(batch.linkTraceIdHigh(link));
            out.putLong(batch.linkTraceIdLow(link));
            out.putLong(batch.linkSpanId(link));
            out.putCount(batch.linkTraceState(link));
            out.putInt(batch.linkFlags(link));
            out.putInt(batch.linkDropped(link));
            attributes(out, batch.linkAttributes(), link);
        }
    }

    private static void attributes(ByteSink out, AttributeTable table, int owner) {
        out.putCount(table.count(owner));
        for (int entry = table.from(owner); entry < table.to(owner); entry++) {
            out.putCount(table.key(entry));
            out.putByte(table.type(entry));
            if (ValueType.inDictionary(table.type(entry))) {
                out.putCount((int) table.value(entry));
            } else {
                out.putLong(table.value(entry));
            }
        }
    }

    @Override
    public void decode(SourceRequest request, DecodeLimits limits, SpanBatch into, Refusals refusals)
            throws MalformedRequestException {
        ByteSource in = new ByteSource(request.bytes(), request.offset(), request.length());
        int version = in.getByte();
        if (version != VERSION) {
            throw new MalformedRequestException(
                    Reason.UNDECODABLE, "a logged batch has version " + version + ", not " + VERSION);
        }
        int words = dictionary(in, into.dictionary());
        int firstResource = into.resourceCount();
        for (int left = in.getCount(); left > 0; left--) {
            int row = into.beginResource();
            into.setResourceDropped(row, in.getInt());
            into.setResourceSchemaUrl(row, text(in, words));
            attributes(in, into.resourceAttributes(), words);
        }
        int firstScope = into.scopeCount();
        for (int left = in.getCount(); left > 0; left--) {
            int row = into.beginScope();
            into.setScopeName(row, text(in, words));
            into.setScopeVersion(row, text(in, words));
            into.setScopeDropped(row, in.getInt());
            into.setScopeSchemaUrl(row, text(in, words));
            attributes(in, into.scopeAttributes(), words);
        }
        for (int left = in.getCount(); left > 0; left--) {
            span(in, into, words, firstResource, firstScope);
        }
        in.expectEnd();
    }

    private int dictionary(ByteSource in, ByteDictionary into) throws MalformedRequestException {
        int words = in.getCount() + 1;
        if (text.length < words) {
            text = new int[words];
        }
        for (int id = 1; id < words; id++) {
            int length = in.getCount();
            text[id] = into.intern(in.array(), in.skip(length), length);
        }
        return words;
    }

    private void span(ByteSource in, SpanBatch into, int words, int firstResource, int firstScope)
            throws MalformedRequestException {
        int marks = in.getByte();
        byte protocol = (byte) in.getByte();
        int resource = in.getBelow(into.resourceCount() - firstResource, "resource");
        int scope = in.getBelow(into.scopeCount() - firstScope, "scope");
        long traceHigh = in.getLong();
        long traceLow = in.getLong();
        long spanId = in.getLong();
        long parentId = in.getLong();
        long start = in.getLong();
        long end = in.getLong();
        int row = into.beginSpan(firstResource + resource, firstScope + scope, in.getLong(), protocol);
        into.setTraceId(row, traceHigh, traceLow);
        if ((marks & SHORT_TRACE_ID) != 0) {
            into.markShortTraceId(row);
        }
        into.setSpanId(row, spanId);
        into.setParentSpanId(row, parentId);
        if ((marks & HAS_START) != 0) {
            into.setStart(row, start);
        }
        if ((marks & HAS_END) != 0) {
            into.setEnd(row, end);
        }
        into.setName(row, text(in, words));
        into.setStatusMessage(row, text(in, words));
        into.setTraceState(row, text(in, words));
        into.setKind(row, in.getInt());
        into.setStatusCode(row, in.getInt());
        into.setFlags(row, in.getInt());
        into.setDroppedAttributes(row, in.getInt());
        into.setDroppedEvents(row, in.getInt());
        into.setDroppedLinks(row, in.getInt());
        attributes(in, into.spanAttributes(), words);
        for (int left = in.getCount(); left > 0; left--) {
            int event = into.beginEvent();
            into.setEventTime(event, in.getLong());
            into.setEventName(event, text(in, words));
            into.setEventDropped(event, in.getInt());
            attributes(in, into.eventAttributes(), words);
        }
        for (int left = in.getCount(); left > 0; left--) {
            int link = into.beginLink();
            into.setLinkTraceId(link, in.getLong(), in.getLong());
            into.setLinkSpanId(link, in.getLong());
            into.setLinkTraceState(link, text(in, words));
            into.setLinkFlags(link, in.getInt());
            into.setLinkDropped(link, in.getInt());
            attributes(in, into.linkAttributes(), words);
        }
    }

    private void attributes(ByteSource in, AttributeTable table, int words) throws MalformedRequestException {
        for (int left = in.getCount(); left > 0; left--) {
            int key = text(in, words);
            byte type = (byte) in.getBelow(ValueType.KVLIST + 1, "value type");
            table.add(key, type, ValueType.inDictionary(type) ? text(in, words) : in.getLong());
        }
    }

    private int text(ByteSource in, int words) throws MalformedRequestException {
        return text[in.getBelow(words, "dictionary entry")];
    }
}
