package io.clew.traceql.regex;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole-value matching over bytes, and that the literal is always there. */
class RegexTest {

    private static boolean matches(String regex, String value) throws RegexException {
        byte[] utf8 = ("<<" + value + ">>").getBytes(StandardCharsets.UTF_8);
        return Regex.compile(regex).matches(utf8, 2, utf8.length - 4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "abc       ; abc  ; true",
                "abc       ; xabc ; false",
                "abc       ; abcx ; false",
                "a|b       ; b    ; true",
                "a|ab      ; ab   ; true",
                "a.c       ; a线c ; true",
                "(?i)ABC   ; abc  ; true",
                ".*        ; ''   ; true",
                "x?        ; ''   ; true",
                "x         ; ''   ; false",
                "\\d+      ; 123  ; true",
                "\\p{Han}+ ; 线索 ; true",
            })
    void wholeValues(String regex, String value, boolean expected) throws RegexException {
        assertThat(matches(regex, value)).isEqualTo(expected);
    }

    @Test
    void theDotMatchesLineBreaks() throws RegexException {
        assertThat(matches("a.b.*", "a\nb\r\n")).isTrue();
        assertThat(matches("a$", "a\n")).isFalse();
    }

    @Test
    void theLiteralIsInEveryMatchAndMatchesAgreeWithTheJdk() throws RegexException {
        Random random = new Random(11);
        String[] pieces = {"a", "b", ".", "*", "+", "?", "(", ")", "[ab]", "{1,2}", "\\.", "(?:", "^", "$", "ba", "线"};
        int compiled = 0;
        int matched = 0;
        int withLiteral = 0;
        for (int i = 0; i < 60_000; i++) {
            StringBuilder built = new StringBuilder();
            for (int n = random.nextInt(8); n >= 0; n--) {
                built.append(pieces[random.nextInt(pieces.length)]);
            }
            String regex = built.toString();
            Pattern jdk;
            Regex ours;
            try {
                ours = Regex.compile(regex);
                jdk = Pattern.compile(regex, Pattern.DOTALL);
            } catch (RegexException | java.util.regex.PatternSyntaxException invalid) {
                continue;
            }
            compiled++;
            for (int n = 0; n < 10; n++) {
                StringBuilder value = new StringBuilder();
                for (int k = random.nextInt(6); k > 0; k--) {
                    value.append("ab.线".charAt(random.nextInt(4)));
                }
                byte[] utf8 = value.toString().getBytes(StandardCharsets.UTF_8);
                boolean matches = ours.matches(utf8, 0, utf8.length);
                // Left out: possessive and lazy quantifiers, which the JDK reads differently, and ^ behind a character
                // of several bytes, which re2j takes for the beginning.
                boolean comparable =
                        !regex.matches(".*[*+?}][*+?{].*") && (regex.lastIndexOf('^') <= 0 || value.indexOf("线") < 0);
                if (comparable) {
                    assertThat(matches)
                            .as("%s on %s", regex, value)
                            .isEqualTo(jdk.matcher(value).matches());
                }
                if (matches) {
                    matched++;
                    String literal = ours.literal();
                    if (literal != null) {
                        withLiteral++;
                        assertThat(value.toString()).as("literal of %s", regex).contains(literal);
                    }
                }
            }
        }
        assertThat(compiled).isGreaterThan(10_000);
        assertThat(matched).isGreaterThan(5_000);
        assertThat(withLiteral).isGreaterThan(1_000);
    }
}
