package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.store.SpanCondition.Int;
import io.clew.store.SpanCondition.Operand;
import io.clew.store.SpanCondition.Operator;
import io.clew.store.SpanCondition.Pattern;
import io.clew.store.SpanCondition.Text;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A scan over all texts at once finds those that the test holds for one by one. */
class TextScanTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void findsTheTextsTheTestHoldsFor(long seed) {
        Random random = new Random(seed);
        int found = 0;
        for (int i = 0; i < 500; i++) {
            Texts texts = texts(random);
            Operator operator = Operator.values()[random.nextInt(Operator.values().length)];
            Operand operand = switch (random.nextInt(5)) {
                case 0 -> new Int(1);
                case 1, 2 -> new Text(text(random, 4));
                default -> containing(text(random, 3) + text(random, 1).concat("a"));
            };
            ValueTest test = new ValueTest(operator, operand);
            BitSet expected = new BitSet();
            for (int id = 0; id < texts.size(); id++) {
                expected.set(id, test.text(texts, id));
            }
            found += expected.cardinality();
            assertThat(TextScan.matching(texts, test))
                    .as("seed %d, round %d: %s %s", seed, i, operator, operand)
                    .isEqualTo(expected);
        }
        assertThat(found).isGreaterThan(1000);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void findsTheFirstPlace(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            byte[] needle = new byte[1 + random.nextInt(12)];
            int letters = 1 + random.nextInt(3);
            for (byte[] each : new byte[][] {bytes, needle}) {
                for (int j = 0; j < each.length; j++) {
                    // Neighbours of the letters too: a borrow runs from a byte into the one above it.
                    each[j] = (byte) ((random.nextBoolean() ? 'a' : 0x80) + random.nextInt(letters));
                }
            }
            int from = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
            String whole = new String(bytes, StandardCharsets.ISO_8859_1);
            assertThat(TextScan.find(bytes, from, bytes.length, needle))
                    .isEqualTo(whole.indexOf(new String(needle, StandardCharsets.ISO_8859_1), from));
        }
    }

    private static Texts texts(Random random) {
        Texts.Builder builder = new Texts.Builder();
        int count = 1 + random.nextInt(60);
        for (int i = 0; i < count; i++) {
            byte[] text = text(random, 12).getBytes(StandardCharsets.UTF_8);
            builder.add(text, 0, text.length);
        }
        try (Compression compression = new Compression();
                Decompression decompression = new Decompression()) {
            ByteSink out = new ByteSink();
            builder.write(new LongCodec(compression), compression, out);
            return Texts.read(new ByteSource(out.array, 0, out.length), count, decompression);
        }
    }

    /** Often empty, and of so few letters that texts hold and begin each other. */
    private static String text(Random random, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(random.nextInt(9) == 0 ? "é" : random.nextBoolean() ? "a" : "b");
        }
        return text.toString();
    }

    private static Pattern containing(String literal) {
        return new Pattern() {
            @Override
            public boolean matches(byte[] utf8, int offset, int length) {
                String text = new String(utf8, offset, length, StandardCharsets.UTF_8);
                return text.contains(literal) && text.length() % 3 > 0;
            }

            @Override
            public @Nullable String literal() {
                return literal;
            }

            @Override
            public String toString() {
                return "containing " + literal;
            }
        };
    }
}
