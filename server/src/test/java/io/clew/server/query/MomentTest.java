package io.clew.server.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
    private static final Instant NOW = Instant.parse("2026-09-21T14:13:20.5Z");

    @ParameterizedTest
    @CsvSource({
        "now, 2026-09-21T14:13:20.5Z",
        "-1h, 2026-09-21T13:13:20.5Z",
        "now-90m, 2026-09-21T12:43:20.5Z",
        "-7d, 2026-09-14T14:13:20.5Z",
        "-2w, 2026-09-07T14:13:20.5Z",
        "-250ms, 2026-09-21T14:13:20.25Z",
        "2026-09-21, 2026-09-21T00:00:00Z",
        "2026-09-21T10:00, 2026-09-21T10:00:00Z",
        "2026-09-21T10:00:01.25, 2026-09-21T10:00:01.25Z",
        "2026-09-21T10:00:00+02:00, 2026-09-21T08:00:00Z",
        "2026-09-21T10:00:00Z, 2026-09-21T10:00:00Z",
        "1790000000000000000, 2026-09-21T14:13:20Z"
    })
    void reads(String text, String moment) {
        Instant expected = Instant.parse(moment);
        assertThat(Moment.read(text, NOW)).contains(expected.getEpochSecond() * 1_000_000_000L + expected.getNano());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "1h",
                "+1h",
                "-1",
                "-1y",
                "--1h",
                "2026-13-01",
                "2026-09-21T25:00",
                "-999999999w",
                "9999-01-01"
            })
    void doesNotReadWhatIsNone(String text) {
        // A number alone is epoch nanoseconds, as everywhere.
        assertThat(Moment.read(text, NOW))
                .isEqualTo(text.equals("-1") ? java.util.Optional.of(-1L) : java.util.Optional.empty());
    }
}
