package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import io.clew.store.ReadControl;
import io.clew.store.SpanCondition;
import io.clew.store.SpanCondition.And;
import io.clew.store.SpanCondition.Any;
import io.clew.store.SpanCondition.Attribute;
import io.clew.store.SpanCondition.Bool;
import io.clew.store.SpanCondition.Field;
import io.clew.store.SpanCondition.Int;
import io.clew.store.SpanCondition.Intrinsic;
import io.clew.store.SpanCondition.Nothing;
import io.clew.store.SpanCondition.Operand;
import io.clew.store.SpanCondition.Operator;
import io.clew.store.SpanCondition.Or;
import io.clew.store.SpanCondition.Pattern;
import io.clew.store.SpanCondition.Real;
import io.clew.store.SpanCondition.Scope;
import io.clew.store.SpanCondition.Text;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.roaringbitmap.RoaringBitmap;

/** Conditions find the traces that an evaluation span by span finds. */
class BlockConditionTest {
    private static final int CONDITIONS = 400;

    private final DiskFiles files = new DiskFiles();
    private final PageCache cache = new PageCache(1 << 24);

    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(longs = {101, 102, 103, 104, 105, 106})
    void conditionsFindWhatANaiveReaderFinds(long seed) throws IOException {
        RandomSpans random = new RandomSpans(seed).oddities(seed % 2 == 0 ? 0.3 : 0.05);
        List<TraceId> ids = random.traceIds(150);
        List<SpanBatch> batches = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            batches.add(random.batch(150, ids));
        }
        List<Blocks.Entry> traces = Blocks.traces(batches);
        BlockSettings settings = seed % 3 == 0
                ? new BlockSettings(200, 40, 1 << 20, 1 << 20, 6)
                : new BlockSettings(400, 100, 1 << 20, 1 << 20, 512);
        Path file = directory.resolve("block");
        Blocks.write(files, file, settings, traces);
        int found = 0;
        int skipped = 0;
        try (Block block = Block.open(files, file, cache)) {
            for (int i = 0; i < CONDITIONS; i++) {
                SpanCondition condition = condition(random.random(), batches, 2);
                RoaringBitmap expected = naive(condition, traces);
                RoaringBitmap read = new RoaringBitmap();
                boolean may = false;
                for (int group = 0; group < block.rowGroups(); group++) {
                    RoaringBitmap matching = block.matching(condition, group, ReadControl.unbounded());
                    assertThat(matching.isEmpty() || block.mayMatch(condition, group))
                            .isTrue();
                    read.or(matching);
                }
                assertThat(read).as("%s %s", random, condition).isEqualTo(expected);
                may = block.mayMatch(condition);
                assertThat(may || expected.isEmpty())
                        .as("%s %s", random, condition)
                        .isTrue();
                found += expected.isEmpty() ? 0 : 1;
                skipped += may ? 0 : 1;
            }
        }
        assertThat(found).as("conditions that find something").isGreaterThan(CONDITIONS * 3 / 10);
        assertThat(skipped).as("conditions that skip the block").isPositive();
    }

    /** Values that no span has are excluded without a column page being read, in columns without dictionaries too. */
    @Test
    void absentValuesSkipTheBlock() throws IOException {
        Random random = new Random(5);
        SpanBatch batch = new SpanBatch();
        batch.beginResource();
        batch.beginScope();
        int url = batch.dictionary().intern("url");
        int port = batch.dictionary().intern("port");
        for (int i = 0; i < 20_000; i++) {
            int row = batch.beginSpan(0, 0, 1, (byte) 1);
            batch.setTraceId(row, 1, i / 10 + 1);
            batch.setSpanId(row, random.nextLong());
            batch.setStart(row, RandomSpans.EPOCH + i);
            batch.setEnd(row, RandomSpans.EPOCH + i + 1_000_000);
            batch.spanAttributes().add(url, ValueType.STRING, batch.dictionary().intern("/item/" + i));
            batch.spanAttributes().add(port, ValueType.INT, 1024 + i);
        }
        Path file = directory.resolve("urls");
        Blocks.write(files, file, BlockSettings.DEFAULT, Blocks.traces(List.of(batch)));
        try (Block block = Block.open(files, file, cache)) {
            int yes = 0;
            for (int i = 0; i < 1000; i++) {
                assertThat(block.mayMatch(test(span("url"), Operator.EQUAL, new Text("/item/" + i))))
                        .isTrue();
                yes += block.mayMatch(test(span("url"), Operator.EQUAL, new Text("/item/x" + i))) ? 1 : 0;
            }
            assertThat(yes).as("false yes in 1000, 1 in 256 expected").isLessThan(20);
            assertThat(block.mayMatch(test(span("port"), Operator.LESS, new Int(1024))))
                    .isFalse();
            assertThat(block.mayMatch(test(span("port"), Operator.EQUAL, new Real(1024))))
                    .isTrue();
            assertThat(block.mayMatch(test(span("port"), Operator.EQUAL, new Text("1024"))))
                    .isFalse();
            assertThat(block.mayMatch(test(span("nothing"), Operator.EXISTS, new Nothing())))
                    .isFalse();
            assertThat(block.mayMatch(test(Intrinsic.DURATION, Operator.GREATER, new Int(1_000_000))))
                    .isFalse();
            assertThat(block.mayMatch(test(Intrinsic.STATUS, Operator.EQUAL, new Int(2))))
                    .isFalse();
        }
    }

    private static Attribute span(String key) {
        return new Attribute(Scope.SPAN, key);
    }

    private static SpanCondition.Test test(Field field, Operator operator, Operand operand) {
        return new SpanCondition.Test(field, operator, operand);
    }

    private static RoaringBitmap naive(SpanCondition condition, List<Blocks.Entry> traces) {
        RoaringBitmap found = new RoaringBitmap();
        for (int ordinal = 0; ordinal < traces.size(); ordinal++) {
            if (traces.get(ordinal).spans().stream()
                    .anyMatch(span -> NaiveCondition.holds(condition, span.batch(), span.row()))) {
                found.add(ordinal);
            }
        }
        return found;
    }

    private static SpanCondition condition(Random random, List<SpanBatch> batches, int depth) {
        int kind = random.nextInt(depth == 0 ? 7 : 10);
        if (kind < 7) {
            return test(random, batches);
        }
        List<SpanCondition> parts = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            parts.add(condition(random, batches, depth - 1));
        }
        return kind == 7 ? new Any() : kind == 8 ? new And(parts) : new Or(parts);
    }

    private static SpanCondition test(Random random, List<SpanBatch> batches) {
        SpanBatch batch = batches.get(random.nextInt(batches.size()));
        int row = random.nextInt(batch.spanCount());
        Operator[] operators = Operator.values();
        Operator operator = operators[random.nextInt(operators.length)];
        Field field;
        Operand operand;
        if (random.nextInt(3) == 0) {
            Intrinsic intrinsic = Intrinsic.values()[random.nextInt(Intrinsic.values().length)];
            field = intrinsic;
            operand = switch (intrinsic) {
                case NAME, EVENT_NAME -> new Text(pick(random, RandomSpans.NAMES));
                case STATUS_MESSAGE -> new Text(pick(random, RandomSpans.WORDS));
                case SCOPE_NAME -> new Text("scope-" + random.nextInt(4));
                case SCOPE_VERSION -> new Text("1." + random.nextInt(3));
                case KIND -> new Int(batch.kind(row));
                case STATUS -> new Int(batch.statusCode(row));
                case DURATION -> new Int(random.nextInt(10) == 0 ? 0 : batch.duration(row));
                case SPAN_ID -> new Int(batch.spanId(row));
                case PARENT_ID -> new Int(batch.parentSpanId(row));
            };
            if (intrinsic == Intrinsic.SPAN_ID || intrinsic == Intrinsic.PARENT_ID) {
                return test(field, Operator.EQUAL, operand);
            }
        } else {
            field = new Attribute(
                    Scope.values()[random.nextInt(5)],
                    random.nextInt(10) == 0 ? "rare." + random.nextInt(200) : pick(random, RandomSpans.KEYS));
            operand = switch (random.nextInt(6)) {
                case 0, 1, 2 -> new Text(pick(random, RandomSpans.WORDS));
                case 3 -> new Int(random.nextInt(5) == 0 ? (1L << 53) + 1 : 200 + random.nextInt(5));
                case 4 ->
                    new Real(
                            random.nextInt(4) == 0
                                    ? 0x1p53
                                    : random.nextInt(9) == 0 ? Double.NaN : 199.5 + random.nextInt(4));
                default -> new Bool(random.nextBoolean());
            };
        }
        if (operator == Operator.EXISTS) {
            operand = new Nothing();
        } else if (operator == Operator.MATCH || operator == Operator.NOT_MATCH) {
            String word = pick(random, RandomSpans.WORDS);
            operand = switch (random.nextInt(4)) {
                case 0 -> pattern("[a-gG].*", null);
                case 1 -> pattern(".*[0-9]", null);
                default -> pattern(".*" + java.util.regex.Pattern.quote(word) + ".*", word);
            };
        }
        return test(field, operator, operand);
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static Pattern pattern(String regex, @Nullable String literal) {
        java.util.regex.Pattern compiled = java.util.regex.Pattern.compile(regex, java.util.regex.Pattern.DOTALL);
        return new Pattern() {
            @Override
            public boolean matches(byte[] utf8, int offset, int length) {
                return compiled.matcher(new String(utf8, offset, length, StandardCharsets.UTF_8))
                        .matches();
            }

            @Override
            public @Nullable String literal() {
                return literal;
            }

            @Override
            public String toString() {
                return regex;
            }
        };
    }
}
