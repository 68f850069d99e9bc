package io.clew.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The doctor's lines, in both languages. */
class PhrasesTest {

    private static final Pattern DETAIL = Pattern.compile("%(\\d\\$)?[sd]");

    private final Properties english = lines("doctor.properties");
    private final Properties chinese = lines("doctor_zh.properties");

    PhrasesTest() throws IOException {}

    @Test
    void everyLineIsThereInBothLanguagesWithTheSameDetails() {
        assertThat(chinese.keySet()).isEqualTo(english.keySet());
        english.forEach((key, line) -> assertThat(details(chinese.getProperty(key.toString())))
                .as(key.toString())
                .isEqualTo(details(line.toString())));
    }

    @Test
    void everyCauseHasItsLine() {
        for (Cause cause : Cause.values()) {
            if (cause != Cause.NONE) {
                assertThat(english).containsKey(cause.key());
            }
        }
    }

    /** Of two lines with one key the second would win, silently. */
    @Test
    void noKeyStandsTwice() throws IOException {
        for (String file : new String[] {"doctor.properties", "doctor_zh.properties"}) {
            try (InputStream in = Objects.requireNonNull(DoctorCommand.class.getResourceAsStream(file))) {
                var keys = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(line -> line.substring(0, line.indexOf('=')))
                        .toList();
                assertThat(keys).doesNotHaveDuplicates();
            }
        }
    }

    private static long details(String line) {
        return DETAIL.matcher(line).results().count();
    }

    private static Properties lines(String name) throws IOException {
        var lines = new Properties();
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(DoctorCommand.class.getResourceAsStream(name)), StandardCharsets.UTF_8)) {
            lines.load(reader);
        }
        return lines;
    }
}
