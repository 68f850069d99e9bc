package io.clew.analysis.map;

import io.clew.analysis.trace.Attribute;
import io.clew.analysis.trace.CellWords;
import io.clew.analysis.trace.SpanAttributes;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;

/**
 * What a span says about the other side when that is not traced: the kind of thing, its system, its name, and for a database
 * the table. Turned to one span after the other; allocates only for pairs of host and port not met before.
 */
final class Peer {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int PAIRS = 256;

    private final SpanAttributes attributes;
    private final long[] pair = new long[PAIRS];
    private final String[] paired = new String[PAIRS];
    private SpanBatch batch = new SpanBatch();
    private int generation = -1;

    int kind;
    int system;
    int name;
    int part;

    /** @param attributes shared by all that look at spans one after the other */
    Peer(SpanAttributes attributes) {
        this.attributes = attributes;
    }

    /** Whether the span is about a database, a cache or a queue, whoever answered it. */
    static int resourceKind(SpanAttributes attributes) {
        if (attributes.text(Attribute.DB_SYSTEM) != 0) {
            return attributes.isCache() ? ServiceMap.CACHE : ServiceMap.DATABASE;
        }
        return attributes.text(Attribute.MESSAGING_SYSTEM) != 0 || attributes.text(Attribute.MESSAGING_DESTINATION) != 0
                ? ServiceMap.QUEUE
                : ServiceMap.EXTERNAL;
    }

    /** Reads a span; false when it names no other side. */
    boolean read(SpanBatch spans, int row, CellWords words) {
        if (batch != spans || generation != spans.generation()) {
            batch = spans;
            generation = spans.generation();
            java.util.Arrays.fill(pair, 0);
        }
        attributes.bind(spans, row);
        kind = resourceKind(attributes);
        part = 0;
        switch (kind) {
            case ServiceMap.DATABASE, ServiceMap.CACHE -> {
                system = words.word(attributes.text(Attribute.DB_SYSTEM));
                name = words.word(attributes.text(Attribute.PEER_SERVICE));
                if (name == 0 && kind == ServiceMap.DATABASE) {
                    name = words.word(attributes.text(Attribute.DB_NAMESPACE));
                }
                if (name == 0) {
                    name = host(words);
                }
                if (kind == ServiceMap.DATABASE) {
                    part = table(words);
                }
            }
            case ServiceMap.QUEUE -> {
                system = words.word(attributes.text(Attribute.MESSAGING_SYSTEM));
                name = words.word(attributes.text(Attribute.MESSAGING_DESTINATION));
                if (name == 0) {
                    name = words.word(attributes.text(Attribute.PEER_SERVICE));
                }
                if (name == 0) {
                    name = host(words);
                }
            }
            default -> {
                system = attributes.text(Attribute.RPC_SYSTEM) != 0
                        ? words.word(attributes.text(Attribute.RPC_SYSTEM))
                        : attributes.has(Attribute.HTTP_METHOD) || attributes.has(Attribute.URL)
                                ? words.word("http")
                                : 0;
                name = words.word(attributes.text(Attribute.PEER_SERVICE));
                if (name == 0) {
                    name = host(words);
                }
                return name != 0;
            }
        }
        return true;
    }

    /**
     * What was asked of it, as a word: of a database the table or else the operation, of a cache the operation (0 where
     * these are missing), of others the span's name.
     */
    int operation(int row, CellWords words) {
        if (part != 0) {
            return part;
        }
        boolean stored = kind == ServiceMap.CACHE || kind == ServiceMap.DATABASE;
        return words.word(stored ? attributes.text(Attribute.DB_OPERATION) : batch.name(row));
    }

    private int host(CellWords words) {
        int address = attributes.text(Attribute.SERVER_ADDRESS);
        if (address == 0) {
            int url = hostOfUrl(words);
            if (url != 0) {
                return url;
            }
            address = attributes.text(Attribute.NETWORK_ADDRESS);
        }
        if (address == 0) {
            return 0;
        }
        long port = attributes.number(Attribute.SERVER_PORT);
        if (port <= 0 || port == HTTP_PORT || port == HTTPS_PORT) {
            return words.word(address);
        }
        long wanted = (long) address << 32 | port;
        int slot = (int) ((wanted * 0x9E3779B97F4A7C15L) >>> 56) & PAIRS - 1;
        if (pair[slot] != wanted) {
            pair[slot] = wanted;
            paired[slot] = batch.dictionary().text(address) + ":" + port;
        }
        return words.word(paired[slot]);
    }

    private int hostOfUrl(CellWords words) {
        int url = attributes.text(Attribute.URL);
        if (url == 0) {
            return 0;
        }
        ByteDictionary texts = batch.dictionary();
        byte[] bytes = texts.array();
        int from = texts.offset(url);
        int end = from + texts.length(url);
        int at = from;
        while (at + 2 < end && !(bytes[at] == ':' && bytes[at + 1] == '/' && bytes[at + 2] == '/')) {
            at++;
        }
        if (at + 2 >= end) {
            return 0;
        }
        int host = at + 3;
        int to = host;
        while (to < end && bytes[to] != '/' && bytes[to] != '?' && bytes[to] != '#') {
            if (bytes[to] == '@') {
                host = to + 1;
            }
            to++;
        }
        return to > host ? words.word(bytes, host, to - host) : 0;
    }

    private int table(CellWords words) {
        int collection = attributes.text(Attribute.DB_COLLECTION);
        if (collection != 0) {
            return words.word(collection);
        }
        ByteDictionary texts = batch.dictionary();
        int query = attributes.text(Attribute.DB_QUERY);
        if (query != 0) {
            long found = SqlTable.find(texts.array(), texts.offset(query), texts.length(query));
            if (found != 0) {
                return words.word(texts.array(), (int) (found >>> 32), (int) found);
            }
        }
        int summary = attributes.text(Attribute.DB_SUMMARY);
        return summary == 0 ? 0 : secondWord(texts, summary, words);
    }

    /** A query summary is an operation and its targets: {@code SELECT orders}. */
    private static int secondWord(ByteDictionary texts, int summary, CellWords words) {
        byte[] bytes = texts.array();
        int at = texts.offset(summary);
        int end = at + texts.length(summary);
        while (at < end && bytes[at] != ' ') {
            at++;
        }
        int from = Math.min(end, at + 1);
        int to = from;
        while (to < end && bytes[to] != ' ') {
            to++;
        }
        return to > from ? words.word(bytes, from, to - from) : 0;
    }
}
