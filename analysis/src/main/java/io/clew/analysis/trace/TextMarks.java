package io.clew.analysis.trace;

import io.clew.model.ByteDictionary;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What the texts of a batch say to the analyses, whichever attribute they are values of. Each text is looked at once, however
 * many spans have it. Letters count in either case. Reusable; not thread-safe.
 */
final class TextMarks {
    /** Holds a path that is polled: of Kubernetes; of Nacos and Apollo, whose clients wait for a changed configuration; as it is commonly spelled. */
    static final int LONG_POLL_PATH = 1;
    /** Holds {@code watch=true}. */
    static final int WATCH_PARAMETER = 1 << 1;
    /** Is {@code watch} or holds {@code /watch}. */
    static final int WATCH_METHOD = 1 << 2;
    /** Is {@code receive} or {@code poll}. */
    static final int RECEIVES = 1 << 3;
    /** Is a command of Redis that waits. */
    static final int BLOCKING_COMMAND = 1 << 4;
    /** Is Redis or what speaks its protocol. */
    static final int REDIS = 1 << 5;
    /** Is a system that caches. */
    static final int CACHE = 1 << 6;

    private static final int KNOWN = 1 << 7;

    private record Phrase(byte[] lower, int mark) {
        private Phrase(String lower, int mark) {
            this(lower.getBytes(StandardCharsets.US_ASCII), mark);
        }
    }

    private static final List<Phrase> WHOLE = List.of(
            new Phrase("watch", WATCH_METHOD),
            new Phrase("receive", RECEIVES),
            new Phrase("poll", RECEIVES),
            new Phrase("blpop", BLOCKING_COMMAND),
            new Phrase("brpop", BLOCKING_COMMAND),
            new Phrase("brpoplpush", BLOCKING_COMMAND),
            new Phrase("blmove", BLOCKING_COMMAND),
            new Phrase("blmpop", BLOCKING_COMMAND),
            new Phrase("bzpopmin", BLOCKING_COMMAND),
            new Phrase("bzpopmax", BLOCKING_COMMAND),
            new Phrase("bzmpop", BLOCKING_COMMAND),
            new Phrase("xread", BLOCKING_COMMAND),
            new Phrase("xreadgroup", BLOCKING_COMMAND),
            new Phrase("subscribe", BLOCKING_COMMAND),
            new Phrase("psubscribe", BLOCKING_COMMAND),
            new Phrase("ssubscribe", BLOCKING_COMMAND),
            new Phrase("wait", BLOCKING_COMMAND),
            new Phrase("redis", REDIS | CACHE),
            new Phrase("valkey", REDIS | CACHE),
            new Phrase("memcached", CACHE),
            new Phrase("hazelcast", CACHE),
            new Phrase("infinispan", CACHE),
            new Phrase("ehcache", CACHE),
            new Phrase("coherence", CACHE),
            new Phrase("gemfire", CACHE),
            new Phrase("geode", CACHE),
            new Phrase("dragonfly", CACHE),
            new Phrase("keydb", CACHE),
            new Phrase("tair", CACHE));

    private static final List<Phrase> PARTS = List.of(
            new Phrase("/configs/listener", LONG_POLL_PATH),
            new Phrase("/notifications/v2", LONG_POLL_PATH),
            new Phrase("longpoll", LONG_POLL_PATH),
            new Phrase("long-poll", LONG_POLL_PATH),
            new Phrase("long_poll", LONG_POLL_PATH),
            new Phrase("watch=true", WATCH_PARAMETER),
            new Phrase("/watch", WATCH_METHOD));

    private static final int LONGEST_WHOLE =
            WHOLE.stream().mapToInt(phrase -> phrase.lower.length).max().orElseThrow();

    /** Bytes of the shortest of {@link #PARTS}. */
    private static final int STRIDE =
            PARTS.stream().mapToInt(phrase -> phrase.lower.length).min().orElseThrow();

    private static final byte[] SKIP = skips();

    private byte[] marks = new byte[0];

    /**
     * By a hash of two neighbouring bytes: how far the end of a window of {@link #STRIDE} bytes may move on from them without
     * passing over the beginning of a part (Wu and Manber, "A fast algorithm for multi-pattern searching", 1994).
     */
    private static byte[] skips() {
        byte[] skips = new byte[1 << 12];
        Arrays.fill(skips, (byte) (STRIDE - 1));
        for (Phrase phrase : PARTS) {
            for (int end = 1; end < STRIDE; end++) {
                int pair = pair(phrase.lower[end - 1], phrase.lower[end]);
                skips[pair] = (byte) Math.min(skips[pair], STRIDE - 1 - end);
            }
        }
        return skips;
    }

    /** Equal for letters in either case. */
    private static int pair(byte first, byte second) {
        return (first & 0x1F | (second & 0x1F) << 5 | (first & 0x40) << 4 | (second & 0x40) << 5) & (1 << 12) - 1;
    }

    /** Forgets everything: other texts come. */
    void clear() {
        Arrays.fill(marks, (byte) 0);
    }

    /** The marks of a text, added up. */
    int of(ByteDictionary texts, int text) {
        if (text >= marks.length) {
            marks = Arrays.copyOf(marks, Math.max(texts.size(), 2 * marks.length));
        }
        int known = marks[text];
        if (known == 0) {
            known = KNOWN | find(texts.array(), texts.offset(text), texts.length(text));
            marks[text] = (byte) known;
        }
        return known & ~KNOWN & 0xFF;
    }

    private static int find(byte[] bytes, int from, int length) {
        int found = 0;
        if (length <= LONGEST_WHOLE) {
            for (int i = 0; i < WHOLE.size(); i++) {
                Phrase phrase = WHOLE.get(i);
                if (phrase.lower.length == length && isAt(bytes, from, phrase.lower)) {
                    found |= phrase.mark;
                }
            }
        }
        int end = from + length;
        for (int last = from + STRIDE - 1; last < end; ) {
            int skip = SKIP[pair(bytes[last - 1], bytes[last])];
            if (skip > 0) {
                last += skip;
                continue;
            }
            int first = last - STRIDE + 1;
            for (int i = 0; i < PARTS.size(); i++) {
                Phrase phrase = PARTS.get(i);
                if (phrase.lower.length <= end - first && isAt(bytes, first, phrase.lower)) {
                    found |= phrase.mark;
                }
            }
            last++;
        }
        return found;
    }

    private static boolean isAt(byte[] bytes, int from, byte[] lower) {
        for (int i = 0; i < lower.length; i++) {
            byte b = bytes[from + i];
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lower[i]) {
                return false;
            }
        }
        return true;
    }
}
