package io.clew.store.block;

import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.store.ReadControl;
import io.clew.store.SpanCondition;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time of one span written to a block, read back with its row group, and scanned by a condition with pages cached; of one
 * trace read. {@code mvn -Pjmh -pl trace-store -am test -Djmh.args="BlockBenchmark -prof gc"}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 4)
@Measurement(iterations = 4, time = 4)
@Fork(1)
public class BlockBenchmark {
    /** The generator gives up to a trace more, which the figures count as none. */
    private static final int SPANS = 150_000;

    private static final SpanCondition NAME = test(SpanCondition.Intrinsic.NAME, "SELECT shop.t3");

    private static final SpanCondition DICTIONARY = test(attribute("db.collection.name"), "t3");
    private static final SpanCondition ABSENT = test(attribute("url.full"), "http://nowhere");
    private static final SpanCondition PLAIN_TEXT = new SpanCondition.Test(
            attribute("url.full"), SpanCondition.Operator.GREATER, new SpanCondition.Text("http://z"));
    private static final SpanCondition NUMBER = new SpanCondition.Test(
            attribute("shop.amount.cents"), SpanCondition.Operator.GREATER, new SpanCondition.Int(99_900));

    /** Two columns, of which neither alone decides. */
    private static final SpanCondition TWO_COLUMNS = new SpanCondition.And(List.of(
            new SpanCondition.Test(
                    SpanCondition.Intrinsic.KIND,
                    SpanCondition.Operator.EQUAL,
                    new SpanCondition.Int(SpanKind.SERVER.code())),
            new SpanCondition.Test(
                    attribute("shop.amount.cents"), SpanCondition.Operator.EQUAL, new SpanCondition.Int(50_000))));

    private final DiskFiles files = new DiskFiles();
    private final PageCache cache = new PageCache(512L << 20);
    private final ReadControl control = ReadControl.unbounded();
    private final Random random = new Random(1);
    private Path directory = Path.of("");
    private List<Blocks.Entry> traces = List.of();
    private @Nullable Block opened;

    private static SpanCondition.Attribute attribute(String key) {
        return new SpanCondition.Attribute(SpanCondition.Scope.SPAN, key);
    }

    private static SpanCondition test(SpanCondition.Field field, String text) {
        return new SpanCondition.Test(field, SpanCondition.Operator.EQUAL, new SpanCondition.Text(text));
    }

    @Setup
    public void write() throws IOException {
        directory = Files.createTempDirectory("clew-block");
        traces = Blocks.traces(new ShopTraffic(1).requests(SPANS));
        Blocks.write(files, directory.resolve("read"), BlockSettings.DEFAULT, traces);
        opened = Block.open(files, directory.resolve("read"), cache);
    }

    @TearDown
    public void delete() throws IOException {
        block().close();
        cache.close();
        try (var all = Files.list(directory)) {
            all.forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        Files.delete(directory);
    }

    @Benchmark
    @OperationsPerInvocation(SPANS)
    public BlockMeta encodeAndWrite() throws IOException {
        Path file = directory.resolve("written");
        Files.deleteIfExists(file);
        return Blocks.write(files, file, BlockSettings.DEFAULT, traces);
    }

    @Benchmark
    @OperationsPerInvocation(SPANS)
    public int readRowGroups() {
        int spans = 0;
        for (int group = 0; group < block().rowGroups(); group++) {
            spans += block().readRowGroup(group, control).spanCount();
        }
        return spans;
    }

    @Benchmark
    public int readOneTrace() {
        SpanBatch into = new SpanBatch();
        block().read(random.nextInt(block().traces()), into, control);
        return into.spanCount();
    }

    @Benchmark
    @OperationsPerInvocation(SPANS)
    public int scanName() {
        return scan(NAME);
    }

    @Benchmark
    @OperationsPerInvocation(SPANS)
    public int scanDictionary() {
        return scan(DICTIONARY);
    }

    @Benchmark
    @OperationsPerInvocation(SPANS)
    public int scanNumber() {
        return scan(NUMBER);
    }

    @Benchmark
    @OperationsPerInvocation(SPANS)
    public int scanTwoColumns() {
        return scan(TWO_COLUMNS);
    }

    @Benchmark
    @OperationsPerInvocation(SPANS)
    public int scanPlainText() {
        return scan(PLAIN_TEXT);
    }

    @Benchmark
    public boolean skipAbsentText() {
        return block().mayMatch(ABSENT);
    }

    private Block block() {
        return java.util.Objects.requireNonNull(opened);
    }

    private int scan(SpanCondition condition) {
        int found = 0;
        for (int group = 0; group < block().rowGroups(); group++) {
            found += block().matching(condition, group, control).getCardinality();
        }
        return found;
    }
}
