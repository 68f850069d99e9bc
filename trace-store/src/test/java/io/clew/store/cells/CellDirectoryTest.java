package io.clew.store.cells;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.store.Damage;
import io.clew.store.KeptCells.Account;
import io.clew.store.Moment;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.kit.SetClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept comes back byte by byte, or is named as damaged; what goes is what the limits say. */
class CellDirectoryTest {
    private static final long HOUR = 486_123;
    private static final long MINUTE = HOUR * 60;
    private static final long ALL = (1L << 60) - 1;
    private static final Account ACCOUNT =
            new Account(new Moment(7, 3), MINUTE, MINUTE + 59, List.of(MINUTE + 2, MINUTE + 5));

    @TempDir
    Path store;

    private final FaultyFiles files = new FaultyFiles(new DiskFiles());
    private final SetClock clock = new SetClock(MINUTE * 60_000_000_000L);
    private final List<Damage> damage = new ArrayList<>();

    private CellDirectory open(CellDirectory.Limits limits) throws IOException {
        return CellDirectory.open(files, store, limits, clock, damage::add);
    }

    private CellDirectory open() throws IOException {
        return open(CellDirectory.Limits.NONE);
    }

    private static Account account(CellDirectory cells) {
        return requireNonNull(cells.account());
    }

    private static byte[] bytes(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatIsPutComesBack() throws IOException {
        byte[] long1 = bytes(200_000, 1);
        CellDirectory cells = open();
        cells.put(HOUR, Map.of(MINUTE, bytes(10, 2), MINUTE + 59, new byte[0]), bytes(5, 3));
        cells.put(HOUR, Map.of(MINUTE + 1, long1), null);
        cells.account(ACCOUNT);
        for (CellDirectory each : List.of(cells, open())) {
            assertThat(each.account()).isEqualTo(ACCOUNT);
            assertThat(each.hours()).containsExactly(HOUR);
            assertThat(each.known(HOUR)).isEqualTo(1L | 2L | 1L << 59);
            assertThat(each.cells(HOUR, ALL))
                    .containsOnlyKeys(MINUTE, MINUTE + 1)
                    .containsEntry(MINUTE, bytes(10, 2))
                    .containsEntry(MINUTE + 1, long1);
            assertThat(each.cells(HOUR, 1)).containsOnlyKeys(MINUTE);
            assertThat(each.whole(HOUR)).as("of all minutes, until one changed").isNull();
        }
        assertThat(CellDirectory.check(files, store, damage::add)).isGreaterThan(200_000);
        assertThat(damage).isEmpty();
    }

    @Test
    void everyDamagedByteIsFound() throws IOException {
        CellDirectory cells = open();
        cells.put(HOUR, Map.of(MINUTE, bytes(10, 2), MINUTE + 3, bytes(20, 4)), bytes(5, 3));
        cells.account(ACCOUNT);
        for (String name : List.of(HOUR + ".cells", "ledger")) {
            Path file = store.resolve("cells").resolve(name);
            byte[] whole = Files.readAllBytes(file);
            for (int at = 0; at <= whole.length; at++) {
                byte[] bad = at == whole.length ? Arrays.copyOf(whole, at - 1) : whole.clone();
                if (at < whole.length) {
                    bad[at] ^= 1;
                }
                Files.write(file, bad);
                damage.clear();
                assertThat(CellDirectory.check(files, store, damage::add)).isPositive();
                assertThat(damage).as("%s, byte %d", name, at).hasSize(1);
                assertThat(damage.getFirst().file()).isEqualTo(file);
            }
            Files.write(file, whole);
        }
    }

    @Test
    void aDamagedHourIsSetAsideAndItsMinutesAreOpen() throws IOException {
        open().put(HOUR, Map.of(MINUTE, bytes(10, 2)), null);
        open().account(ACCOUNT);
        Path file = store.resolve("cells").resolve(HOUR + ".cells");
        Files.write(file, bytes(600, 9));
        CellDirectory cells = open();
        assertThat(cells.cells(HOUR, ALL)).isNull();
        assertThat(damage).singleElement().extracting(Damage::file).isEqualTo(file);
        assertThat(store.resolve("damaged").resolve(HOUR + ".cells")).exists();
        assertThat(account(open()).open()).as("on disk").hasSize(60).contains(MINUTE + 30);
        cells.account(ACCOUNT);
        assertThat(account(cells).open()).as("until somebody was told").hasSize(60);
        assertThat(cells.takeLost()).containsExactly(HOUR);
        cells.account(ACCOUNT);
        assertThat(cells.account()).isEqualTo(ACCOUNT);
        // And with a damaged ledger nothing is accounted for.
        Files.write(store.resolve("cells").resolve("ledger"), bytes(60, 9));
        assertThat(open().account()).isNull();
    }

    @Test
    void frozenMinutesKeepTheirCells() throws IOException {
        CellDirectory cells = open();
        cells.put(HOUR, Map.of(MINUTE, bytes(10, 2)), null);
        cells.account(ACCOUNT);
        cells.freeze(List.of(MINUTE, MINUTE + 1, MINUTE + 600));
        assertThat(cells.freezes()).isEqualTo(1);
        cells = open();
        assertThat(cells.isFrozen(MINUTE)).isTrue();
        assertThat(cells.isFrozen(MINUTE + 1)).as("its file does not know it").isFalse();
        cells.put(HOUR, Map.of(MINUTE, bytes(11, 3), MINUTE + 1, bytes(12, 4)), bytes(3, 3));
        assertThat(cells.cells(HOUR, ALL)).containsEntry(MINUTE, bytes(10, 2)).containsEntry(MINUTE + 1, bytes(12, 4));
        cells.clear(false);
        cells = open();
        assertThat(cells.account()).isNull();
        assertThat(cells.cells(HOUR, ALL)).containsOnlyKeys(MINUTE);
        cells.reopen(List.of(MINUTE));
        assertThat(open().isFrozen(MINUTE)).as("a trace of it is deleted").isFalse();
        cells.clear(true);
        assertThat(open().hours()).isEmpty();
    }

    @Test
    void oldHoursGoAndThoseBeyondTheBytes() throws IOException {
        CellDirectory.Limits limits = new CellDirectory.Limits(Duration.ofHours(3), 3_000, 0);
        CellDirectory cells = open(limits);
        for (int back = 5; back >= 0; back--) {
            cells.put(HOUR - back, Map.of(MINUTE - back * 60L, bytes(700, back)), null);
        }
        cells.account(new Account(new Moment(7, 3), MINUTE - 600, MINUTE + 59, List.of(MINUTE - 300, MINUTE)));
        assertThat(cells.hours()).as("bytes").containsExactly(HOUR - 1, HOUR);
        assertThat(account(cells).from()).isEqualTo(MINUTE - 60);
        assertThat(account(cells).open()).containsExactly(MINUTE);
        // Whoever accounts still has them in memory.
        cells.account(new Account(new Moment(8, 3), MINUTE - 600, MINUTE + 59, List.of(MINUTE)));
        assertThat(account(open()).from()).as("what went is not known again").isEqualTo(MINUTE - 60);
        clock.set((MINUTE + 5 * 60) * 60_000_000_000L);
        cells.account(ACCOUNT);
        assertThat(open().hours()).as("age").isEmpty();
        assertThat(account(open()).from()).isEqualTo(MINUTE + 60);
    }

    @Test
    void openMinutesStayOpenThoughFewerAreAccountedFor() throws IOException {
        CellDirectory cells = open();
        cells.put(HOUR, Map.of(MINUTE, bytes(10, 1), MINUTE + 1, bytes(10, 2)), null);
        cells.account(new Account(new Moment(7, 3), MINUTE, MINUTE + 119, List.of()));
        cells.reopen(List.of(MINUTE));
        // No file tells of the first.
        cells.account(new Account(new Moment(8, 3), MINUTE + 60, MINUTE + 119, List.of(MINUTE - 60, MINUTE)));
        assertThat(account(open()).open()).containsExactly(MINUTE);
    }

    @Test
    void filesThatGoAreNotToldOfAnyMore() throws IOException {
        CellDirectory cells = open(new CellDirectory.Limits(Duration.ofDays(9), 1_500, 0));
        cells.put(HOUR - 1, Map.of(MINUTE - 60, bytes(700, 1)), null);
        cells.account(new Account(new Moment(7, 3), MINUTE - 600, MINUTE + 59, List.of()));
        cells.put(HOUR, Map.of(MINUTE, bytes(700, 2)), null);
        files.cutPowerAfter(0);
        assertThatThrownBy(() -> cells.account(new Account(new Moment(8, 3), MINUTE - 600, MINUTE + 59, List.of())))
                .isInstanceOf(IOException.class);
        files.losePower(1);
        assertThat(open().hours()).as("while the ledger tells of it").contains(HOUR - 1);
        assertThat(account(open()).from()).isEqualTo(MINUTE - 600);
    }

    @Test
    void theStoreOpensWithALedgerThatCannotBeRead() throws IOException {
        CellDirectory cells = open();
        cells.put(HOUR, Map.of(MINUTE, bytes(10, 2)), null);
        cells.account(ACCOUNT);
        files.fail(FaultyFiles.Operation.READ, "ledger", FaultyFiles.Kind.IO_ERROR);
        assertThat(open().account()).isNull();
    }

    @Test
    void aFullDiskLeavesWhatWasThere() throws IOException {
        CellDirectory cells = open();
        cells.put(HOUR, Map.of(MINUTE, bytes(10, 2)), null);
        cells.account(ACCOUNT);
        files.freeSpace(50);
        assertThatThrownBy(() -> cells.put(HOUR, Map.of(MINUTE, bytes(5_000, 3)), null))
                .isInstanceOf(IOException.class);
        cells.reopen(List.of(MINUTE));
        assertThat(account(cells).open()).contains(MINUTE);
        assertThat(open().account()).as("after a crash nothing counts").isNull();
        cells.freeze(List.of(MINUTE));
        assertThat(cells.isFrozen(MINUTE)).as("while the process lives").isTrue();
        assertThat(cells.cells(HOUR, ALL)).containsEntry(MINUTE, bytes(10, 2));
        files.heal();
        cells.put(HOUR, Map.of(MINUTE + 1, bytes(5_000, 3)), null);
        assertThat(open().cells(HOUR, ALL)).containsOnlyKeys(MINUTE, MINUTE + 1);
        CellDirectory cautious = open(new CellDirectory.Limits(Duration.ofDays(1), 1 << 20, Long.MAX_VALUE / 2));
        files.freeSpace(1 << 20);
        assertThatThrownBy(() -> cautious.put(HOUR, Map.of(MINUTE, bytes(10, 2)), null))
                .hasMessageContaining("no space left");
    }
}
