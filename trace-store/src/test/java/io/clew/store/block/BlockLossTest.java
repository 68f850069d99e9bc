package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.DamageRegister;
import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.kit.SetClock;
import io.clew.store.kit.Spans;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of a block's directory that a disk does not give for a while: what that costs, what is answered, and that it passes. */
class BlockLossTest {
    private static final int TRACES = 20_000;
    private static final int PAGES = (TRACES + DirectoryPage.ENTRIES - 1) / DirectoryPage.ENTRIES;
    private static final int GROUP = 3_000;

    private final FaultyFiles files = new FaultyFiles(new DiskFiles());
    private final SetClock clock = new SetClock(1_800_000_000_000_000_000L);
    /** Too small to keep a page, so that each read is one of the disk. */
    private final PageCache cache = new PageCache(0, new DamageRegister(), clock);

    @TempDir
    Path directory = Path.of("");

    private List<BlockPages.Page> pages = List.of();
    private @Nullable Block opened;

    @BeforeEach
    void write() throws IOException {
        Spans spans = new Spans(new SpanBatch(), "s");
        for (int i = 0; i < TRACES; i++) {
            spans.add(id(i), 1, 0, "op", 1_700_000_000_000_000_000L + i, 1_700_000_000_000_000_005L + i);
        }
        Path file = directory.resolve("block");
        Blocks.write(
                files,
                file,
                new BlockSettings(GROUP, 500, 1 << 20, 1 << 20, 20),
                Blocks.traces(List.of(spans.batch())));
        pages = BlockPages.of(file);
        opened = Block.open(files, file, cache);
    }

    @AfterEach
    void close() throws IOException {
        block().close();
    }

    private Block block() {
        return Objects.requireNonNull(opened);
    }

    private static TraceId id(int ordinal) {
        return new TraceId(5, new Random(ordinal).nextLong());
    }

    private FaultyFiles.Fault fail(String kind, int first, int end) {
        List<BlockPages.Page> of =
                pages.stream().filter(page -> page.holds().equals(kind)).toList();
        BlockPages.Page last = of.get(end - 1);
        return files.fail(FaultyFiles.Operation.READ, "block", FaultyFiles.Kind.IO_ERROR)
                .between(of.get(first).offset(), last.offset() + last.length());
    }

    private void aMomentLater() {
        clock.set(clock.nanos() + Loss.PAUSE * 1_000_000);
    }

    private List<Integer> unfound() {
        List<Integer> unfound = new ArrayList<>();
        for (int i = 0; i < TRACES; i++) {
            int found = block().find(id(i));
            if (found < 0) {
                assertThat(block().mayHide(id(i))).as("trace %d", i).isTrue();
                unfound.add(i);
            } else {
                assertThat(found).isEqualTo(i);
            }
        }
        return unfound;
    }

    @Test
    void aPageThatFailsIsReadOncePerPause() {
        FaultyFiles.Fault fault = fail("directory", 0, PAGES);
        assertThat(unfound()).hasSize(TRACES);
        assertThat(fault.struck()).isBetween(PAGES, 2 * PAGES);
        aMomentLater();
        assertThat(unfound()).hasSize(TRACES);
        assertThat(fault.struck()).isLessThanOrEqualTo(4 * PAGES);
        files.heal();
        assertThat(unfound()).as("in the pause").hasSize(TRACES);
        aMomentLater();
        assertThat(unfound()).isEmpty();
    }

    @Test
    void withoutFilterOrLookupTracesAreFoundBySearchingTheDirectoryOncePerPause() {
        FaultyFiles.Fault filter = fail("trace filter", 0, 1);
        FaultyFiles.Fault lookup = fail("lookup", 2, 3);
        FaultyFiles.Fault some = fail("directory", 3, 5);
        assertThat(unfound()).hasSize(2 * DirectoryPage.ENTRIES);
        assertThat(filter.struck() + lookup.struck()).isLessThanOrEqualTo(2);
        assertThat(some.struck()).isLessThanOrEqualTo(4);
        files.heal();
        aMomentLater();
        assertThat(unfound()).isEmpty();
    }

    @Test
    void aDirectoryThatIsWholeIsSearchedOnceForAll() {
        FaultyFiles.Fault lookup = fail("lookup", 0, 3);
        assertThat(unfound()).isEmpty();
        aMomentLater();
        assertThat(unfound()).isEmpty();
        assertThat(lookup.struck()).isEqualTo(1);
    }

    /** Pages behind a lost one tell where its rows end; in the last one of a row group the footer does. */
    @Test
    void lostPagesStandWhereTheirRowsEndAndTheOthersAreRead() {
        fail("directory", 1, 7);
        for (int i = 0; i < TRACES; i++) {
            int ordinal = i;
            int page = i / DirectoryPage.ENTRIES;
            assertThat(block().isLost(i)).as("trace %d", i).isEqualTo(page >= 1 && page < 7);
            assertThat(block().start(i)).as("trace %d", i).isGreaterThanOrEqualTo(1_700_000_000_000_000_000L + i);
            if (i > 0) {
                assertThat(block().start(i)).as("trace %d", i).isGreaterThanOrEqualTo(block().start(i - 1));
            }
            SpanBatch read = new SpanBatch();
            if (block().isLost(i)) {
                assertThat(block().spanCount(i)).isZero();
                assertThatThrownBy(() -> block().read(ordinal, read, ReadControl.unbounded()))
                        .isInstanceOf(DamagedException.class);
            } else if (i % 50 == 0) {
                block().read(i, read, ReadControl.unbounded());
                assertThat(read.traceId(0)).isEqualTo(id(i));
            }
        }
        files.heal();
        aMomentLater();
        for (int i = 0; i < TRACES; i++) {
            assertThat(block().isLost(i)).isFalse();
            assertThat(block().spanCount(i)).isEqualTo(1);
        }
    }

    /** The starts of a page's rows are relative to those of its traces in the directory. */
    @Test
    void startsOfRowsStandBesideTheirOwnTraces() {
        fail("directory", 1, 2);
        RowGroup group = block().group(0);
        for (int page = 0; page < group.pages(); page++) {
            PageStarts starts = PageStarts.of(group, page, block(), 0);
            for (int row = group.pageRows[page]; row < group.pageRows[page + 1]; row++) {
                if (!block().isLost(row)) {
                    assertThat(starts.start()[row - group.pageRows[page]]).isEqualTo(1_700_000_000_000_000_000L + row);
                }
            }
        }
        files.heal();
        aMomentLater();
        assertThat(PageStarts.of(group, 1, block(), 0).start()[50]).isEqualTo(1_700_000_000_000_000_550L);
    }

    @Test
    void namesAreWholeAgainWhenTheDiskIs() {
        fail("summary", 0, 1);
        fail("header", 1, 2);
        assertThat(block().services()).containsExactly("s");
        assertThat(block().namesAreWhole()).isFalse();
        files.heal();
        assertThat(block().namesAreWhole()).isTrue();
    }
}
