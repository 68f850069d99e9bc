package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import java.util.function.LongPredicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of numbers read back what was written, however narrow they are held, and their scans find what a loop finds. */
class LongPageTest {
    private static final int PAGES = 600;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void scansFindWhatALoopFinds(long seed) {
        Random random = new Random(seed);
        try (Compression compression = new Compression();
                Decompression decompression = new Decompression()) {
            LongCodec codec = new LongCodec(compression);
            for (int i = 0; i < PAGES; i++) {
                long[] numbers = numbers(random);
                LongPage page = page(numbers, codec, decompression, LongCodec.Content.values()[random.nextInt(3)]);
                assertThat(page.count()).isEqualTo(numbers.length);
                assertThat(page.intoArray()).isEqualTo(numbers);
                for (int j = 0; j < 20; j++) {
                    long a = bound(random, numbers);
                    long b = bound(random, numbers);
                    assertThat(page.within(a, b))
                            .as("seed %d, page %d: %d to %d", seed, i, a, b)
                            .isEqualTo(loop(numbers, n -> n >= a && n <= b));
                    assertThat(page.matching(n -> n % 3 == a % 3))
                            .as("seed %d, page %d", seed, i)
                            .isEqualTo(loop(numbers, n -> n % 3 == a % 3));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 255, 256, 257, 3000})
    void idsAreFoundInSets(int distinct) {
        Random random = new Random(distinct);
        try (Compression compression = new Compression();
                Decompression decompression = new Decompression()) {
            int least = random.nextInt(2) * 1000;
            long[] ids = random.longs(4000, least, least + distinct).toArray();
            LongPage page = page(ids, new LongCodec(compression), decompression, LongCodec.Content.IDS);
            for (double share : new double[] {0, 0.01, 0.5, 1}) {
                BitSet wanted = new BitSet();
                for (int id = 0; id < least + distinct + 100; id++) {
                    wanted.set(id, random.nextDouble() < share);
                }
                BitSet expected = loop(ids, id -> wanted.get((int) id));
                assertThat(page.in(wanted)).isEqualTo(expected);
                for (double kept : new double[] {0, 0.01, 0.9}) {
                    BitSet places = loop(ids, _ -> random.nextDouble() < kept);
                    BitSet both = (BitSet) expected.clone();
                    both.and(places);
                    page.retain(places, wanted);
                    assertThat(places).isEqualTo(both);
                }
            }
        }
    }

    private static LongPage page(
            long[] numbers, LongCodec codec, Decompression decompression, LongCodec.Content content) {
        long least = java.util.Arrays.stream(numbers).min().orElseThrow();
        long greatest = java.util.Arrays.stream(numbers).max().orElseThrow();
        if (least == greatest) {
            return LongPage.constant(least, numbers.length);
        }
        ByteSink out = new ByteSink();
        codec.encode(numbers, 0, numbers.length, least, greatest, content, out);
        return LongCodec.decode(
                new ByteSource(out.array, 0, out.length), numbers.length, least, greatest - least, decompression);
    }

    /** From few near each other to many spread over all 64 bits. */
    private static long[] numbers(Random random) {
        int count = 1 + random.nextInt(300);
        int bits = random.nextInt(65);
        long base = random.nextBoolean() ? random.nextLong() : random.nextInt(5) - 2;
        int distinct = random.nextInt(3) == 0 ? 1 + random.nextInt(10) : count;
        long scale = random.nextInt(3) == 0 && bits < 40 ? 1000 : 1;
        long[] pool = new long[distinct];
        for (int i = 0; i < distinct; i++) {
            pool[i] = base + (bits == 0 ? 0 : random.nextLong() >>> 64 - bits) * scale;
        }
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = pool[random.nextInt(distinct)];
        }
        return numbers;
    }

    private static long bound(Random random, long[] numbers) {
        return switch (random.nextInt(8)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> random.nextLong();
            default -> numbers[random.nextInt(numbers.length)] + random.nextInt(3) - 1;
        };
    }

    private static BitSet loop(long[] numbers, LongPredicate test) {
        BitSet found = new BitSet();
        for (int i = 0; i < numbers.length; i++) {
            found.set(i, test.test(numbers[i]));
        }
        return found;
    }
}
