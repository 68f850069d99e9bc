package io.clew.model;

import java.util.Arrays;

/**
 * Spans as columns: what a decoder writes, the store keeps and the query engine reads. There is no object per span or
 * per attribute. Text stands once in {@link #dictionary()}; columns hold its ids. Resources and scopes are rows of their
 * own tables; events and links are rows that belong to one span.
 *
 * <p>Writing: {@link #beginResource}, {@link #beginScope} and {@link #beginSpan} open rows; setters may come in any
 * order while the row is the newest of its kind; {@link #dropSpan} takes the newest span back whole. {@link #clear}
 * forgets all rows and keeps the memory. A batch has one writer; once it no longer changes, any number of threads may
 * read it.
 *
 * <p>Times are epoch nanoseconds. Start and end hold the 64 bits as received: see {@link #hasStart} and
 * {@link #validStart} for what they mean. Over 500 lines because each column's reader and writer stand side by side.
 */
public final class SpanBatch {
    /** What stands for a time when no span has a valid one. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final int START_SET = 1;
    private static final int END_SET = 2;
    private static final int SHORT_TRACE_ID = 4;

    private final ByteDictionary dictionary = new ByteDictionary();
    private int generation;

    private final AttributeTable resourceAttributes = new AttributeTable();
    private int[] resourceDropped = new int[4];
    private int[] resourceSchemaUrl = new int[4];
    private int resources;

    private final AttributeTable scopeAttributes = new AttributeTable();
    private int[] scopeName = new int[4];
    private int[] scopeVersion = new int[4];
    private int[] scopeDropped = new int[4];
    private int[] scopeSchemaUrl = new int[4];
    private int scopes;

    private int spans;
    private long[] traceHigh = new long[16];
    private long[] traceLow = new long[16];
    private long[] spanId = new long[16];
    private long[] parentId = new long[16];
    private long[] start = new long[16];
    private long[] end = new long[16];
    private long[] receiveTime = new long[16];
    private int[] name = new int[16];
    private int[] kind = new int[16];
    private int[] statusCode = new int[16];
    private int[] statusMessage = new int[16];
    private int[] traceState = new int[16];
    private int[] flags = new int[16];
    private int[] droppedAttributes = new int[16];
    private int[] droppedEvents = new int[16];
    private int[] droppedLinks = new int[16];
    private int[] resource = new int[16];
    private int[] scope = new int[16];
    private int[] firstEvent = new int[16];
    private int[] firstLink = new int[16];
    private byte[] marks = new byte[16];
    private byte[] protocol = new byte[16];
    private final AttributeTable spanAttributes = new AttributeTable();

    private int events;
    private long[] eventTime = new long[8];
    private int[] eventName = new int[8];
    private int[] eventDropped = new int[8];
    private final AttributeTable eventAttributes = new AttributeTable();

    private int links;
    private long[] linkTraceHigh = new long[4];
    private long[] linkTraceLow = new long[4];
    private long[] linkSpanId = new long[4];
    private int[] linkTraceState = new int[4];
    private int[] linkFlags = new int[4];
    private int[] linkDropped = new int[4];
    private final AttributeTable linkAttributes = new AttributeTable();

    /** Forgets all rows and all text; keeps the memory. */
    public void clear() {
        generation++;
        dictionary.clear();
        resources = 0;
        scopes = 0;
        resourceAttributes.clear();
        scopeAttributes.clear();
        dropRowsFrom(0);
    }

    /** How often the batch has been cleared: what was learned of its rows or text in another generation is void. */
    public int generation() {
        return generation;
    }

    /** The text of this batch. Writers intern into it; ids of other batches mean nothing here. */
    public ByteDictionary dictionary() {
        return dictionary;
    }

    /** Heap bytes held, capacity included. */
    public long heapBytes() {
        return dictionary.heapBytes()
                + resourceAttributes.heapBytes()
                + scopeAttributes.heapBytes()
                + spanAttributes.heapBytes()
                + eventAttributes.heapBytes()
                + linkAttributes.heapBytes()
                + 8L * resourceDropped.length
                + 16L * scopeName.length
                + 110L * spanId.length
                + 16L * eventTime.length
                + 36L * linkSpanId.length;
    }

    // ---- resources

    /** Opens a resource row and returns its number. */
    public int beginResource() {
        if (resources == resourceDropped.length) {
            resourceDropped = Arrays.copyOf(resourceDropped, resources * 2);
            resourceSchemaUrl = Arrays.copyOf(resourceSchemaUrl, resources * 2);
        }
        resourceDropped[resources] = 0;
        resourceSchemaUrl[resources] = 0;
        resourceAttributes.beginOwner();
        return resources++;
    }

    public int resourceCount() {
        return resources;
    }

    public AttributeTable resourceAttributes() {
        return resourceAttributes;
    }

    public int resourceDropped(int row) {
        return resourceDropped[row];
    }

    public void setResourceDropped(int row, int count) {
        resourceDropped[row] = count;
    }

    /** Dictionary id of the schema URL that came with the resource; 0 when none. */
    public int resourceSchemaUrl(int row) {
        return resourceSchemaUrl[row];
    }

    public void setResourceSchemaUrl(int row, int text) {
        resourceSchemaUrl[row] = text;
    }

    // ---- scopes

    /** Opens an instrumentation scope row and returns its number. */
    public int beginScope() {
        if (scopes == scopeName.length) {
            int wider = scopes * 2;
            scopeName = Arrays.copyOf(scopeName, wider);
            scopeVersion = Arrays.copyOf(scopeVersion, wider);
            scopeDropped = Arrays.copyOf(scopeDropped, wider);
            scopeSchemaUrl = Arrays.copyOf(scopeSchemaUrl, wider);
        }
        scopeName[scopes] = 0;
        scopeVersion[scopes] = 0;
        scopeDropped[scopes] = 0;
        scopeSchemaUrl[scopes] = 0;
        scopeAttributes.beginOwner();
        return scopes++;
    }

    public int scopeCount() {
        return scopes;
    }

    public AttributeTable scopeAttributes() {
        return scopeAttributes;
    }

    public int scopeName(int row) {
        return scopeName[row];
    }

    public void setScopeName(int row, int text) {
        scopeName[row] = text;
    }

    public int scopeVersion(int row) {
        return scopeVersion[row];
    }

    public void setScopeVersion(int row, int text) {
        scopeVersion[row] = text;
    }

    public int scopeDropped(int row) {
        return scopeDropped[row];
    }

    public void setScopeDropped(int row, int count) {
        scopeDropped[row] = count;
    }

    public int scopeSchemaUrl(int row) {
        return scopeSchemaUrl[row];
    }

    public void setScopeSchemaUrl(int row, int text) {
        scopeSchemaUrl[row] = text;
    }

    // ---- spans

    /**
     * Opens a span row with everything unset and returns its number.
     *
     * @param resourceRow the resource it belongs to
     * @param scopeRow the scope it belongs to
     * @param receivedAt when the request arrived, epoch nanoseconds
     * @param sourceProtocol see {@link SourceProtocol}
     */
    public int beginSpan(int resourceRow, int scopeRow, long receivedAt, byte sourceProtocol) {
        int row = spans;
        if (row == spanId.length) {
            growSpans(row * 2);
        }
        traceHigh[row] = 0;
        traceLow[row] = 0;
        spanId[row] = 0;
        parentId[row] = 0;
        start[row] = 0;
        end[row] = 0;
        receiveTime[row] = receivedAt;
        name[row] = 0;
        kind[row] = 0;
        statusCode[row] = 0;
        statusMessage[row] = 0;
        traceState[row] = 0;
        flags[row] = 0;
        droppedAttributes[row] = 0;
        droppedEvents[row] = 0;
        droppedLinks[row] = 0;
        resource[row] = resourceRow;
        scope[row] = scopeRow;
        firstEvent[row] = events;
        firstLink[row] = links;
        marks[row] = 0;
        protocol[row] = sourceProtocol;
        spanAttributes.beginOwner();
        return spans++;
    }

    /** Takes the newest span back, with its attributes, events and links. Its text stays in the dictionary. */
    public void dropSpan() {
        dropRowsFrom(spans - 1);
    }

    /** Takes all spans back, with their attributes, events and links. Texts, resources and scopes stay. */
    public void dropSpans() {
        dropRowsFrom(0);
    }

    public int spanCount() {
        return spans;
    }

    public AttributeTable spanAttributes() {
        return spanAttributes;
    }

    public long traceIdHigh(int span) {
        return traceHigh[span];
    }

    public long traceIdLow(int span) {
        return traceLow[span];
    }

    public TraceId traceId(int span) {
        return new TraceId(traceHigh[span], traceLow[span]);
    }

    /** Whether the span carries exactly this trace id. */
    public boolean hasTraceId(int span, TraceId id) {
        return traceLow[span] == id.low() && traceHigh[span] == id.high();
    }

    /** Whether the id came with 64 bits and was left-padded. */
    public boolean hasShortTraceId(int span) {
        return (marks[span] & SHORT_TRACE_ID) != 0;
    }

    public void setTraceId(int span, long high, long low) {
        traceHigh[span] = high;
        traceLow[span] = low;
    }

    /** Marks that the id came with 64 bits. */
    public void markShortTraceId(int span) {
        marks[span] |= SHORT_TRACE_ID;
    }

    public long spanId(int span) {
        return spanId[span];
    }

    public void setSpanId(int span, long id) {
        spanId[span] = id;
    }

    /** The parent's span id exactly as sent; 0 when the span has none. */
    public long parentSpanId(int span) {
        return parentId[span];
    }

    public void setParentSpanId(int span, long id) {
        parentId[span] = id;
    }

    /** The 64 bits of the start time as received, 0 when unset; negative values are unsigned times after the year 2262. */
    public long start(int span) {
        return start[span];
    }

    /** Whether a start time was sent. */
    public boolean hasStart(int span) {
        return (marks[span] & START_SET) != 0;
    }

    /** Whether a start was sent and is a positive signed number of nanoseconds: only such times order and prune. */
    public boolean validStart(int span) {
        return start[span] > 0;
    }

    public void setStart(int span, long nanos) {
        start[span] = nanos;
        marks[span] |= START_SET;
    }

    /** The 64 bits of the end time as received, 0 when unset. */
    public long end(int span) {
        return end[span];
    }

    public boolean hasEnd(int span) {
        return (marks[span] & END_SET) != 0;
    }

    public boolean validEnd(int span) {
        return end[span] > 0;
    }

    public void setEnd(int span, long nanos) {
        end[span] = nanos;
        marks[span] |= END_SET;
    }

    /** End less start in nanoseconds, never negative; 0 unless both times are valid. */
    public long duration(int span) {
        return start[span] > 0 && end[span] > start[span] ? end[span] - start[span] : 0;
    }

    /** When the request that carried the span arrived, epoch nanoseconds. */
    public long receiveTime(int span) {
        return receiveTime[span];
    }

    public void setReceiveTime(int span, long nanos) {
        receiveTime[span] = nanos;
    }

    /** See {@link SourceProtocol}. */
    public byte protocol(int span) {
        return protocol[span];
    }

    public int name(int span) {
        return name[span];
    }

    public void setName(int span, int text) {
        name[span] = text;
    }

    /** The kind's number as sent; see {@link SpanKind#of}. */
    public int kind(int span) {
        return kind[span];
    }

    public void setKind(int span, int code) {
        kind[span] = code;
    }

    /** The status number as sent; see {@link StatusCode#of}. */
    public int statusCode(int span) {
        return statusCode[span];
    }

    public void setStatusCode(int span, int code) {
        statusCode[span] = code;
    }

    public int statusMessage(int span) {
        return statusMessage[span];
    }

    public void setStatusMessage(int span, int text) {
        statusMessage[span] = text;
    }

    public int traceState(int span) {
        return traceState[span];
    }

    public void setTraceState(int span, int text) {
        traceState[span] = text;
    }

    /** All 32 bits of the flags field. */
    public int flags(int span) {
        return flags[span];
    }

    public void setFlags(int span, int bits) {
        flags[span] = bits;
    }

    /** Unsigned 32 bits. */
    public int droppedAttributes(int span) {
        return droppedAttributes[span];
    }

    public void setDroppedAttributes(int span, int count) {
        droppedAttributes[span] = count;
    }

    public int droppedEvents(int span) {
        return droppedEvents[span];
    }

    public void setDroppedEvents(int span, int count) {
        droppedEvents[span] = count;
    }

    public int droppedLinks(int span) {
        return droppedLinks[span];
    }

    public void setDroppedLinks(int span, int count) {
        droppedLinks[span] = count;
    }

    /** Row of the span's resource. */
    public int resource(int span) {
        return resource[span];
    }

    /** Row of the span's scope. */
    public int scope(int span) {
        return scope[span];
    }

    // ---- events

    /** Opens an event of the newest span and returns its row. */
    public int beginEvent() {
        if (events == eventTime.length) {
            int wider = events * 2;
            eventTime = Arrays.copyOf(eventTime, wider);
            eventName = Arrays.copyOf(eventName, wider);
            eventDropped = Arrays.copyOf(eventDropped, wider);
        }
        eventTime[events] = 0;
        eventName[events] = 0;
        eventDropped[events] = 0;
        eventAttributes.beginOwner();
        return events++;
    }

    /** Events of all spans. */
    public int eventCount() {
        return events;
    }

    public int eventsFrom(int span) {
        return firstEvent[span];
    }

    public int eventsTo(int span) {
        return span + 1 < spans ? firstEvent[span + 1] : events;
    }

    public AttributeTable eventAttributes() {
        return eventAttributes;
    }

    /** The 64 bits of the event's time as received; 0 when unset. */
    public long eventTime(int event) {
        return eventTime[event];
    }

    public void setEventTime(int event, long nanos) {
        eventTime[event] = nanos;
    }

    public int eventName(int event) {
        return eventName[event];
    }

    public void setEventName(int event, int text) {
        eventName[event] = text;
    }

    public int eventDropped(int event) {
        return eventDropped[event];
    }

    public void setEventDropped(int event, int count) {
        eventDropped[event] = count;
    }

    // ---- links

    /** Opens a link of the newest span and returns its row. */
    public int beginLink() {
        if (links == linkSpanId.length) {
            int wider = links * 2;
            linkTraceHigh = Arrays.copyOf(linkTraceHigh, wider);
            linkTraceLow = Arrays.copyOf(linkTraceLow, wider);
            linkSpanId = Arrays.copyOf(linkSpanId, wider);
            linkTraceState = Arrays.copyOf(linkTraceState, wider);
            linkFlags = Arrays.copyOf(linkFlags, wider);
            linkDropped = Arrays.copyOf(linkDropped, wider);
        }
        linkTraceHigh[links] = 0;
        linkTraceLow[links] = 0;
        linkSpanId[links] = 0;
        linkTraceState[links] = 0;
        linkFlags[links] = 0;
        linkDropped[links] = 0;
        linkAttributes.beginOwner();
        return links++;
    }

    /** Links of all spans. */
    public int linkCount() {
        return links;
    }

    public int linksFrom(int span) {
        return firstLink[span];
    }

    public int linksTo(int span) {
        return span + 1 < spans ? firstLink[span + 1] : links;
    }

    public AttributeTable linkAttributes() {
        return linkAttributes;
    }

    public long linkTraceIdHigh(int link) {
        return linkTraceHigh[link];
    }

    public long linkTraceIdLow(int link) {
        return linkTraceLow[link];
    }

    /** All zero when the link came without a trace id. */
    public void setLinkTraceId(int link, long high, long low) {
        linkTraceHigh[link] = high;
        linkTraceLow[link] = low;
    }

    public long linkSpanId(int link) {
        return linkSpanId[link];
    }

    public void setLinkSpanId(int link, long id) {
        linkSpanId[link] = id;
    }

    public int linkTraceState(int link) {
        return linkTraceState[link];
    }

    public void setLinkTraceState(int link, int text) {
        linkTraceState[link] = text;
    }

    public int linkFlags(int link) {
        return linkFlags[link];
    }

    public void setLinkFlags(int link, int bits) {
        linkFlags[link] = bits;
    }

    public int linkDropped(int link) {
        return linkDropped[link];
    }

    public void setLinkDropped(int link, int count) {
        linkDropped[link] = count;
    }

    private void dropRowsFrom(int span) {
        if (span < spans) {
            events = firstEvent[span];
            links = firstLink[span];
        }
        spans = span;
        spanAttributes.truncate(spans);
        eventAttributes.truncate(events);
        linkAttributes.truncate(links);
    }

    private void growSpans(int wider) {
        traceHigh = Arrays.copyOf(traceHigh, wider);
        traceLow = Arrays.copyOf(traceLow, wider);
        spanId = Arrays.copyOf(spanId, wider);
        parentId = Arrays.copyOf(parentId, wider);
        start = Arrays.copyOf(start, wider);
        end = Arrays.copyOf(end, wider);
        receiveTime = Arrays.copyOf(receiveTime, wider);
        name = Arrays.copyOf(name, wider);
        kind = Arrays.copyOf(kind, wider);
        statusCode = Arrays.copyOf(statusCode, wider);
        statusMessage = Arrays.copyOf(statusMessage, wider);
        traceState = Arrays.copyOf(traceState, wider);
        flags = Arrays.copyOf(flags, wider);
        droppedAttributes = Arrays.copyOf(droppedAttributes, wider);
        droppedEvents = Arrays.copyOf(droppedEvents, wider);
        droppedLinks = Arrays.copyOf(droppedLinks, wider);
        resource = Arrays.copyOf(resource, wider);
        scope = Arrays.copyOf(scope, wider);
        firstEvent = Arrays.copyOf(firstEvent, wider);
        firstLink = Arrays.copyOf(firstLink, wider);
        marks = Arrays.copyOf(marks, wider);
        protocol = Arrays.copyOf(protocol, wider);
    }
}
