package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.model.TraceIds;
import io.clew.store.AppendResult;
import io.clew.store.DamagedException;
import io.clew.store.DeleteResult;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanColumns;
import io.clew.store.SpanCondition;
import io.clew.store.TraceScan;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.block.BlockPages;
import io.clew.store.block.BlockSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.SpanText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A flipped bit in any page of any block of a store that is in use: it is named with file and offset, what stood in the
 * page is missing and said to be missing, everything else is answered, and appends, flushes, deletions and merges go on.
 */
class EmbeddedStoreDamageTest {
    private static final long SEED = 20261125;
    /** Pages without which every trace can still be read. */
    private static final Set<String> NEEDED_BY_NO_TRACE =
            Set.of("head", "lookup", "trace filter", "summary", "value filter");

    private static final Set<String> ALL_OF_THE_BLOCK = Set.of("footer", "tail");

    private static final SpanCondition TEXT = new SpanCondition.Test(
            new SpanCondition.Attribute(SpanCondition.Scope.SPAN, "http.method"),
            SpanCondition.Operator.EQUAL,
            new SpanCondition.Text("POST"));
    private static final SpanCondition DURATION = new SpanCondition.Test(
            SpanCondition.Intrinsic.DURATION, SpanCondition.Operator.GREATER, new SpanCondition.Int(1_000));

    @TempDir
    Path directory = Path.of("");

    private final Map<TraceId, List<String>> stored = new HashMap<>();
    private List<SpanBatch> sent = List.of();
    private SortedSet<TraceId> withText = new TreeSet<>();
    private SortedSet<TraceId> withDuration = new TreeSet<>();

    /** Two large blocks that share traces, some small ones, and a request in the log. */
    @BeforeEach
    void write() throws IOException {
        RandomSpans random = new RandomSpans(SEED).oddities(0.02);
        List<TraceId> shared = random.traceIds(20);
        List<TraceId> many = random.traceIds(900);
        many.addAll(shared);
        sent = List.of(random.batch(1_200, many), random.batch(500), random.batch(60, shared));
        try (TraceStore store = open(directory.resolve("good"))) {
            append(store, sent.get(0));
            store.flush();
            append(store, sent.get(1));
            store.flush();
            append(store, sent.get(2));
            copy(directory.resolve("good"), directory.resolve("killed"));
        }
        try (TraceStore store = open(copyOfKilled());
                Snapshot snapshot = store.snapshot()) {
            for (Trace trace : search(snapshot, new SpanCondition.Any(), ReadControl.unbounded())) {
                stored.put(trace.id(), SpanText.of(trace));
            }
            withText = ids(search(snapshot, TEXT, ReadControl.unbounded()));
            withDuration = ids(search(snapshot, DURATION, ReadControl.unbounded()));
            assertThat(store.stats().damage()).isEmpty();
        }
        assertThat(stored).hasSizeGreaterThan(700);
        assertThat(withText).hasSizeGreaterThan(20);
    }

    @Test
    void oneOfEachKindOfPage() throws IOException {
        Map<String, Damaged> kinds = new TreeMap<>();
        for (Damaged page : pages()) {
            kinds.putIfAbsent(page.kind(), page);
        }
        assertThat(kinds).hasSizeGreaterThan(25);
        for (Damaged page : kinds.values()) {
            damaged(page);
        }
    }

    @Test
    @Tag("long")
    void everyPage() throws IOException {
        for (Damaged page : pages()) {
            damaged(page);
        }
    }

    @Test
    void whatADamagedDirectoryMayHideIsNotSaidToBeDeleted() throws IOException {
        Damaged where = pages().stream()
                .filter(page -> page.page().holds().startsWith("directory"))
                .findFirst()
                .orElseThrow();
        Path data = copyOfKilled();
        Path file = data.resolve(where.file().getFileName());
        BlockPages.flip(file, where.page());
        int unsure = 0;
        int sure = 0;
        try (TraceStore store = open(data)) {
            for (TraceId id : stored.keySet()) {
                DeleteResult result = store.delete(List.of(id));
                if (result.left().isEmpty()) {
                    assertThat(result.traces()).as("%s", id).isEqualTo(1);
                    sure++;
                } else {
                    assertThat(result.left())
                            .allSatisfy(place -> assertThat(place.file()).isEqualTo(file));
                    unsure += result.traces() == 0 ? 1 : 0;
                }
                try (Snapshot snapshot = store.snapshot()) {
                    assertThat(snapshot.trace(id, ReadControl.unbounded()))
                            .as("%s", id)
                            .isEmpty();
                }
            }
        }
        assertThat(unsure).as("traces not seen").isPositive();
        assertThat(sure).as("traces of the other block").isPositive();
    }

    @Test
    void damageThatAMergeMeetsFirstStopsOnlyTheMergeOfThatBlock() throws IOException {
        Path data = copyOfKilled();
        Path block = largestBlocks().getFirst();
        BlockPages.Page ids = BlockPages.of(block).stream()
                .filter(page -> page.holds().contains("parent"))
                .findFirst()
                .orElseThrow();
        Path file = data.resolve(block.getFileName());
        BlockPages.flip(file, ids);
        try (TraceStore store = EmbeddedStore.open(settings(data).withMerging(2, 1_000_000))) {
            store.maintain();
            assertThat(file).exists();
            assertThat(store.stats().damage())
                    .isNotEmpty()
                    .allSatisfy(found -> assertThat(found.file()).isEqualTo(file));
            assertThat(store.stats().trouble()).isNull();
            assertThat(store.stats().maintenanceDue()).isFalse();
        }
    }

    @Test
    void aDamagedOrLostManifestIsRefusedWithWhatMendsIt() throws IOException {
        Path data = copyOfKilled();
        Path manifest = data.resolve("MANIFEST");
        BlockPages.flip(manifest, 70);
        assertThatThrownBy(() -> open(data))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(manifest + " is damaged at offset ")
                .hasMessageContaining("clew store repair");
        Files.delete(manifest);
        assertThatThrownBy(() -> open(data))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no " + manifest)
                .hasMessageContaining("clew store repair");
        assertThat(BlockFiles.list(new DiskFiles(), data)).as("blocks left").isNotEmpty();
    }

    /** A page of a block of the store, about to be damaged. */
    private record Damaged(Path file, BlockPages.Page page) {
        private String kind() {
            return page.holds().replaceAll("attribute '.*|page [0-9]+ of ", "");
        }
    }

    private List<Damaged> pages() throws IOException {
        List<Damaged> pages = new ArrayList<>();
        for (Path block : largestBlocks()) {
            BlockPages.of(block).forEach(page -> pages.add(new Damaged(block, page)));
        }
        return pages;
    }

    private List<Path> largestBlocks() throws IOException {
        List<Path> blocks = new ArrayList<>(BlockFiles.list(new DiskFiles(), directory.resolve("killed")));
        blocks.sort((a, b) -> Long.compare(b.toFile().length(), a.toFile().length()));
        return blocks.subList(0, 2);
    }

    private void damaged(Damaged where) throws IOException {
        Path data = copyOfKilled();
        Path file = data.resolve(where.file().getFileName());
        BlockPages.Page page = where.page();
        BlockPages.flip(file, page);
        String what = "damaged: " + page + " of " + file.getFileName();
        Set<TraceId> unreadable = new TreeSet<>();
        Set<TraceId> partial = new TreeSet<>();
        long spansMissing;
        try (TraceStore store = open(data)) {
            try (Snapshot snapshot = store.snapshot()) {
                byId(snapshot, file, unreadable, partial, what);
                bySearch(snapshot, new SpanCondition.Any(), stored.keySet(), unreadable, partial, what);
                bySearch(snapshot, TEXT, withText, unreadable, partial, what);
                bySearch(snapshot, DURATION, withDuration, unreadable, partial, what);
                byScan(snapshot, unreadable, partial, what);
                snapshot.services(Window.ALL, ReadControl.unbounded());
                snapshot.operations(null, Window.ALL, ReadControl.unbounded());
                snapshot.tracesByLow64(5, ReadControl.unbounded());
                starts(snapshot, what);
                if (ALL_OF_THE_BLOCK.contains(page.holds())) {
                    everyAnswerSaysWhatItMisses(snapshot, what);
                }
            }
            if (NEEDED_BY_NO_TRACE.contains(page.holds())) {
                assertThat(unreadable).as(what).isEmpty();
                assertThat(partial).as(what).isEmpty();
            } else {
                assertThat(unreadable.size() + partial.size()).as(what).isBetween(1, stored.size() - 100);
            }
            spansMissing = store.stats().spansMissing();
            assertThat(spansMissing > 0)
                    .as("%s: all of it missing", what)
                    .isEqualTo(ALL_OF_THE_BLOCK.contains(page.holds()));
            assertThat(store.stats().damage())
                    .as(what)
                    .isNotEmpty()
                    .allSatisfy(found -> assertThat(found.file()).isEqualTo(file))
                    .anySatisfy(found ->
                            assertThat(found.offset()).isBetween(page.offset(), page.offset() + page.length()));
            goesOn(store, what);
        }
        try (TraceStore store = open(data)) {
            assertThat(store.stats().spansStored()).as(what).isPositive();
            assertThat(store.stats().spansMissing()).as(what).isEqualTo(spansMissing);
            assertThat(file).as(what).exists();
        }
    }

    private void byId(Snapshot snapshot, Path file, Set<TraceId> unreadable, Set<TraceId> partial, String what) {
        for (TraceId id : stored.keySet()) {
            ReadControl control = ReadControl.unbounded();
            try {
                List<String> found =
                        snapshot.trace(id, control).map(SpanText::of).orElse(List.of());
                assertThat(stored.get(id)).as(what).containsAll(found);
                if (found.isEmpty()) {
                    assertThat(control.missed()).as("%s, trace %s", what, id).isNotEmpty();
                    unreadable.add(id);
                } else if (found.size() < stored.get(id).size()) {
                    partial.add(id);
                }
            } catch (DamagedException damaged) {
                assertThat(damaged.file()).as(what).isEqualTo(file.toString());
                unreadable.add(id);
            }
        }
    }

    private void bySearch(
            Snapshot snapshot,
            SpanCondition condition,
            Set<TraceId> expected,
            Set<TraceId> unreadable,
            Set<TraceId> partial,
            String what) {
        ReadControl control = ReadControl.unbounded();
        List<Trace> found = search(snapshot, condition, control);
        assertThat(found).as(what).isSortedAccordingTo((a, b) -> Position.of(a).compareTo(Position.of(b)));
        Set<TraceId> wanted = new TreeSet<>(expected);
        wanted.removeAll(unreadable);
        wanted.removeAll(partial);
        assertThat(ids(found)).as(what).containsAll(wanted);
        if (!ids(found).containsAll(expected)) {
            assertThat(control.missed())
                    .as("%s: %s says it is partial", what, condition)
                    .isNotEmpty();
        }
    }

    private void starts(Snapshot snapshot, String what) {
        Set<Integer> found = new TreeSet<>();
        snapshot.starts(TraceIds.of(stored.keySet()), (trace, _, _) -> found.add(trace), ReadControl.unbounded());
        assertThat(found).as(what).hasSizeGreaterThan(50);
    }

    private void everyAnswerSaysWhatItMisses(Snapshot snapshot, String what) {
        TraceId some =
                search(snapshot, TEXT, ReadControl.unbounded()).getFirst().id();
        List<Consumer<ReadControl>> reads = List.of(
                control -> snapshot.services(Window.ALL, control),
                control -> snapshot.operations("a", Window.ALL, control),
                control -> snapshot.tracesByLow64(5, control),
                control -> snapshot.scan(Window.ALL, SpanColumns.ALL, control),
                control -> snapshot.trace(some, control));
        for (int i = 0; i < reads.size(); i++) {
            ReadControl control = ReadControl.unbounded();
            reads.get(i).accept(control);
            assertThat(control.missed()).as("%s, read %d", what, i).hasSize(1);
        }
        ReadControl elsewhere = ReadControl.unbounded();
        snapshot.services(new Window(1, 2), elsewhere);
        snapshot.scan(new Window(1, 2), SpanColumns.ALL, elsewhere);
        assertThat(elsewhere.missed()).as(what).isEmpty();
    }

    private void byScan(Snapshot snapshot, Set<TraceId> unreadable, Set<TraceId> partial, String what) {
        ReadControl control = ReadControl.unbounded();
        TraceScan scan = snapshot.scan(Window.ALL, SpanColumns.ALL, control);
        SortedSet<TraceId> found = new TreeSet<>();
        for (int part = 0; part < scan.parts(); part++) {
            scan.read(
                    part,
                    (spans, rows, from, to) -> {
                        TraceId id = spans.traceId(rows[from]);
                        assertThat(found.add(id)).as("%s: %s once", what, id).isTrue();
                        assertThat(to - from)
                                .as("%s: spans of %s", what, id)
                                .isLessThanOrEqualTo(
                                        stored.getOrDefault(id, List.of()).size());
                    },
                    control);
        }
        Set<TraceId> wanted = new TreeSet<>(stored.keySet());
        wanted.removeAll(unreadable);
        assertThat(found).as("%s: scanned", what).containsAll(wanted);
        if (unreadable.size() + partial.size() > 0) {
            assertThat(control.missed())
                    .as("%s: scanned, and says it is partial", what)
                    .isNotEmpty();
        }
    }

    /** New spans and repeats are taken, flushed, deleted, merged. */
    private void goesOn(TraceStore store, String what) throws IOException {
        RandomSpans more = new RandomSpans(SEED + 1);
        SpanBatch fresh = more.batch(50);
        TraceId first = fresh.traceId(0);
        assertThat(append(store, sent.get(1))).as(what).isInstanceOf(AppendResult.Stored.class);
        assertThat(append(store, fresh)).as(what).isInstanceOf(AppendResult.Stored.class);
        store.flush();
        store.delete(List.of(first));
        append(store, more.batch(50));
        store.flush();
        store.maintain();
        assertThat(store.stats().trouble()).as(what).isNull();
        assertThat(store.stats().maintenanceDue()).as(what).isFalse();
        try (Snapshot snapshot = store.snapshot()) {
            assertThat(snapshot.trace(first, ReadControl.unbounded())).as(what).isEmpty();
        }
    }

    static TraceStore open(Path data) throws IOException {
        return EmbeddedStore.open(settings(data));
    }

    static StoreSettings settings(Path data) {
        return settings(new DiskFiles(), data);
    }

    static StoreSettings settings(io.clew.store.files.Files files, Path data) {
        return StoreSettings.of(files, data, List.of())
                .withBlockSettings(new BlockSettings(400, 100, 1 << 20, 1 << 20, 20))
                .withChunk(16 << 20, Duration.ofHours(1))
                .withMerging(3, 1_000_000);
    }

    static AppendResult append(TraceStore store, SpanBatch batch) {
        SpanBatch copy = store.newBatch();
        SpanCopier copier = new SpanCopier().bind(batch, copy);
        for (int row = 0; row < batch.spanCount(); row++) {
            copier.copy(row);
        }
        return store.append(copy, null, DecodeLimits.DEFAULT, new Refusals()).join();
    }

    private static List<Trace> search(Snapshot snapshot, SpanCondition condition, ReadControl control) {
        List<Trace> found = new ArrayList<>();
        Snapshot.TraceCursor cursor = snapshot.search(condition, Window.ALL, null, control);
        for (Trace trace; (trace = cursor.next()) != null; ) {
            found.add(trace);
        }
        return found;
    }

    private static SortedSet<TraceId> ids(List<Trace> traces) {
        SortedSet<TraceId> ids = new TreeSet<>();
        traces.forEach(trace -> ids.add(trace.id()));
        return ids;
    }

    private Path copyOfKilled() throws IOException {
        Path data = directory.resolve("data");
        if (Files.exists(data)) {
            try (Stream<Path> old = Files.walk(data)) {
                for (Path file : old.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
        copy(directory.resolve("killed"), data);
        return data;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
