package io.clew.analysis.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.ByteDictionary;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The search that skips finds what a plain one finds, wherever it stands. */
class TextMarksTest {
    private static final List<String> PIECES = List.of(
            "/configs/listener",
            "/notifications/v2",
            "longpoll",
            "LONG-POLL",
            "long_poll",
            "watch=true",
            "Watch=True",
            "/watch",
            "/Watch",
            "watch",
            "receive",
            "poll",
            "redis",
            "Valkey",
            "memcached",
            "BLPOP",
            "xreadgroup",
            "wait",
            "long",
            "-poll",
            "/configs",
            "/listener",
            "=true",
            "a",
            "é",
            "http://nacos:8848/v1");

    @Test
    void findsWhatAPlainSearchFinds() {
        Random random = new Random(3);
        ByteDictionary texts = new ByteDictionary();
        TextMarks marks = new TextMarks();
        int marked = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int pieces = 1 + random.nextInt(4); pieces > 0; pieces--) {
                String piece = PIECES.get(random.nextInt(PIECES.size()));
                text.append(random.nextInt(4) == 0 ? piece.substring(0, random.nextInt(piece.length())) : piece);
            }
            int id = texts.intern(text.toString());
            if (random.nextInt(100) == 0) {
                marks.clear();
            }
            int expected = plain(text.toString());
            marked += expected == 0 ? 0 : 1;
            assertThat(marks.of(texts, id)).as(text.toString()).isEqualTo(expected);
            assertThat(marks.of(texts, id)).as("again").isEqualTo(expected);
        }
        assertThat(marked).isBetween(5_000, 19_000);
    }

    private static int plain(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int marks = 0;
        if (List.of("/configs/listener", "/notifications/v2", "longpoll", "long-poll", "long_poll").stream()
                .anyMatch(lower::contains)) {
            marks |= TextMarks.LONG_POLL_PATH;
        }
        marks |= lower.contains("watch=true") ? TextMarks.WATCH_PARAMETER : 0;
        marks |= lower.equals("watch") || lower.contains("/watch") ? TextMarks.WATCH_METHOD : 0;
        return marks
                | switch (lower) {
                    case "receive", "poll" -> TextMarks.RECEIVES;
                    case "redis", "valkey" -> TextMarks.REDIS | TextMarks.CACHE;
                    case "memcached" -> TextMarks.CACHE;
                    case "blpop", "xread", "xreadgroup", "wait" -> TextMarks.BLOCKING_COMMAND;
                    default -> 0;
                };
    }
}
