package io.clew.traceql.regex;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsciiAutomatonTest {
    private static final int EXPRESSIONS = 1500;
    private static final String LETTERS = "aabbcd-_0 9./\n";

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithRe2(long seed) throws RegexException {
        Random random = new Random(seed);
        int known = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            String expression = expression(random, 3);
            Pattern pattern = Pattern.compile(expression, Pattern.DOTALL);
            AsciiAutomaton automaton = AsciiAutomaton.of(expression);
            Regex regex = Regex.compile(expression);
            known += automaton == null ? 0 : 1;
            for (int j = 0; j < 25; j++) {
                String text = text(random, j % 5 == 4);
                byte[] utf8 = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
                boolean matches = pattern.matcher(text).matches();
                if (automaton != null) {
                    assertThat(automaton.match(utf8, 1, utf8.length - 1))
                            .as("seed %d: '%s' on '%s'", seed, expression, text)
                            .isIn(
                                    matches ? AsciiAutomaton.Answer.YES : AsciiAutomaton.Answer.NO,
                                    text.chars().allMatch(c -> c < 128) ? null : AsciiAutomaton.Answer.UNKNOWN);
                }
                // RE2/J itself takes a ^ behind a character for true in bytes that are not ASCII, and for false in a
                // String.
                if (text.chars().allMatch(c -> c < 128) || !expression.contains("^")) {
                    assertThat(regex.matches(utf8, 1, utf8.length - 2))
                            .as("seed %d: '%s' on '%s'", seed, expression, text)
                            .isEqualTo(matches);
                }
            }
        }
        assertThat(known).as("expressions read").isGreaterThan(EXPRESSIONS * 9 / 10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[a-z]{4}.+[0-9a-f]{8}.[0-9]{5}[x-z]{3}",
                "https?://[^/]+/(cart|stock)/\\d+(\\?.*)?",
                "^GET .*$",
                "(?:a|b)*?c",
                "(?P<id>[0-9-]+)/x",
                "\\w+\\.\\w+",
                "[]a^-]+",
                "[^]]*",
                ""
            })
    void knowsWhatIsCommon(String expression) {
        assertThat(AsciiAutomaton.of(expression)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?i)get",
                "\\bget",
                "\\pL+",
                "[[:alpha:]]+",
                "\\x41",
                "a{1001}",
                "a{02}",
                "a{1,02}",
                "(a{60}){60}",
                "x{,3}",
                "\\Qa\\E"
            })
    void leavesTheRestToOthers(String expression) {
        assertThat(AsciiAutomaton.of(expression)).isNull();
    }

    /** Fifteen characters back there was an a: each of 2^15 pasts is a state of its own. */
    @Test
    void staysBoundedWhereStatesMultiply() throws RegexException {
        String expression = "[ab]*a[ab]{14}";
        Regex regex = Regex.compile(expression);
        AsciiAutomaton automaton = Objects.requireNonNull(AsciiAutomaton.of(expression));
        Random random = new Random(5);
        int unknown = 0;
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = 0; j < 60; j++) {
                text.append(random.nextBoolean() ? 'a' : 'b');
            }
            byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
            boolean matches = utf8[utf8.length - 15] == 'a';
            assertThat(regex.matches(utf8, 0, utf8.length)).as("%s", text).isEqualTo(matches);
            AsciiAutomaton.Answer answer = automaton.match(utf8, 0, utf8.length);
            unknown += answer == AsciiAutomaton.Answer.UNKNOWN ? 1 : 0;
            assertThat(answer)
                    .isIn(
                            matches ? AsciiAutomaton.Answer.YES : AsciiAutomaton.Answer.NO,
                            AsciiAutomaton.Answer.UNKNOWN);
        }
        assertThat(unknown).as("texts that lead to states beyond the most").isPositive();
    }

    @Test
    void servesManyThreads() throws InterruptedException {
        String expression = "([a-d]+-?)*[0-9 ]{2,5}";
        Pattern pattern = Pattern.compile(expression, Pattern.DOTALL);
        for (int round = 0; round < 20; round++) {
            AsciiAutomaton automaton = Objects.requireNonNull(AsciiAutomaton.of(expression));
            ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
            Thread[] threads = new Thread[4];
            for (int t = 0; t < threads.length; t++) {
                Random random = new Random(100L * round + t);
                threads[t] = Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 500; i++) {
                        String text = text(random, false);
                        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                        boolean found = automaton.match(utf8, 0, utf8.length) == AsciiAutomaton.Answer.YES;
                        if (found != pattern.matcher(text).matches()) {
                            wrong.add(text);
                        }
                    }
                });
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(wrong).as("round %d", round).isEmpty();
        }
    }

    private static String text(Random random, boolean beyondAscii) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(9); i > 0; i--) {
            text.append(beyondAscii && random.nextInt(3) == 0 ? 'é' : LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    private static String expression(Random random, int depth) {
        StringBuilder all = new StringBuilder();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            all.append(atom(random, depth));
            switch (random.nextInt(12)) {
                case 0 -> all.append('*');
                case 1 -> all.append('+');
                case 2 -> all.append('?');
                case 3 -> all.append("*?");
                case 4 -> all.append('{').append(random.nextInt(3)).append('}');
                case 5 -> all.append("{1,}");
                case 6 -> all.append("{0,").append(random.nextInt(4)).append('}');
                case 7 -> all.append(depth > 0 ? "|" + atom(random, depth - 1) : "");
                default -> {}
            }
        }
        return all.toString();
    }

    private static String atom(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 16 : 12)) {
            case 0 -> ".";
            case 1 -> "[a-c]";
            case 2 -> "[^ab]";
            case 3 -> "[0-9_-]";
            case 4 -> "\\d";
            case 5 -> random.nextBoolean() ? "\\w" : "\\W";
            case 6 -> random.nextBoolean() ? "\\s" : "\\S";
            case 7 -> random.nextBoolean() ? "^" : "$";
            case 8 -> random.nextBoolean() ? "\\." : "é";
            case 9 -> "[\\s\\d.]";
            case 12, 13 -> "(" + expression(random, depth - 1) + ")";
            case 14 -> "(?:" + expression(random, depth - 1) + ")";
            case 15 -> "(" + expression(random, depth - 1) + "|" + expression(random, depth - 1) + ")";
            default -> String.valueOf("abc".charAt(random.nextInt(3)));
        };
    }
}
