package io.clew.analysis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.CellFormat;
import io.clew.analysis.cell.Row;
import io.clew.analysis.cell.Table;
import io.clew.analysis.cell.TableShape;
import io.clew.analysis.red.Red;
import io.clew.model.TraceId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** However traces are split, ordered and merged, with serialising in between or not: the bytes are those of one pass. */
class MergeLawsTest {
    @Property(seed = "20261138", tries = 60)
    void anySplitAndOrderEqualsOnePass(@ForAll long seed) {
        check(seed, Analyses.SHAPES);
    }

    @Property(seed = "20261139", tries = 120)
    void alsoWhenTablesReachTheirLimits(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int limit) {
        check(seed, limited(limit));
    }

    @Property(seed = "20261140", tries = 60)
    void sealedCellsMergeInAnyOrder(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int limit) {
        RandomTraces traces = new RandomTraces(seed, 6);
        Fold fold = new Fold(limited(limit));
        traces.addTo(fold, traces.ids());
        List<Cell> cells = new ArrayList<>(fold.cells().values());
        cells.forEach(Cell::seal);
        String inOrder = bytes(sum(cells, limited(limit)));
        Collections.shuffle(cells, traces.random());
        assertThat(bytes(sum(cells, limited(limit)))).isEqualTo(inOrder);
        int cut = traces.random().nextInt(cells.size() + 1);
        Cell left = sum(cells.subList(0, cut), limited(limit));
        left.merge(sum(cells.subList(cut, cells.size()), limited(limit)));
        assertThat(bytes(left)).isEqualTo(inOrder);
    }

    @Property(seed = "20261141", tries = 60)
    void totalsStayExactWhateverTheLimit(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int limit) {
        RandomTraces traces = new RandomTraces(seed, 4);
        Fold free = new Fold();
        Fold limited = new Fold(limited(limit));
        traces.addTo(free, traces.ids());
        traces.addTo(limited, traces.ids());
        free.cells().forEach((minute, cell) -> {
            Cell other = requireNonNull(limited.cells().get(minute));
            for (int table = 0; table < Analyses.SHAPES.size(); table++) {
                for (int sum = 0; sum < Analyses.SHAPES.get(table).sums(); sum++) {
                    assertThat(total(other.table(table), sum))
                            .as(Analyses.SHAPES.get(table).name() + " " + sum)
                            .isEqualTo(total(cell.table(table), sum));
                }
                assertThat(other.table(table).size()).isLessThanOrEqualTo(limit);
            }
        });
    }

    private static long total(Table table, int sum) {
        Row other = table.otherRow();
        long total = other == null ? 0 : other.sum(sum);
        for (int i = 0; i < table.size(); i++) {
            total += table.row(i).sum(sum);
        }
        return total;
    }

    private static void check(long seed, List<TableShape> shapes) {
        RandomTraces traces = new RandomTraces(seed, 5);
        Fold whole = new Fold(shapes);
        traces.addTo(whole, traces.ids());
        assertThat(whole.cells().values())
                .anyMatch(cell -> cell.table(Red.SERIES).size() > 0);

        List<TraceId> ids = traces.ids();
        Random random = traces.random();
        Collections.shuffle(ids, random);
        List<Fold> parts = new ArrayList<>();
        for (int at = 0; at < ids.size(); ) {
            int to = Math.min(ids.size(), at + 1 + random.nextInt(ids.size()));
            Fold part = new Fold(shapes);
            traces.addTo(part, ids.subList(at, to));
            parts.add(part);
            at = to;
        }
        while (parts.size() > 1) {
            Collections.shuffle(parts, random);
            Fold last = parts.removeLast();
            if (random.nextBoolean()) {
                // Any cell may have been on a disk in between.
                last.cells().replaceAll((_, cell) -> CellFormat.read(CellFormat.write(cell), shapes));
            }
            parts.getFirst().merge(last);
        }
        assertThat(bytes(parts.getFirst().cells())).isEqualTo(bytes(whole.cells()));
    }

    private static Cell sum(List<Cell> cells, List<TableShape> shapes) {
        Cell sum = new Cell(shapes, 0);
        sum.seal();
        cells.forEach(sum::merge);
        return sum;
    }

    private static List<TableShape> limited(int limit) {
        return Analyses.SHAPES.stream()
                .map(s -> new TableShape(
                        s.name(),
                        s.keys(),
                        s.sums(),
                        s.maxima(),
                        s.sketches(),
                        s.peaks(),
                        s.seen(),
                        s.examples(),
                        limit))
                .toList();
    }

    private static String bytes(Cell cell) {
        return HexFormat.of().formatHex(CellFormat.write(cell));
    }

    private static Map<Long, String> bytes(Map<Long, Cell> cells) {
        Map<Long, String> bytes = new TreeMap<>();
        cells.forEach((minute, cell) -> bytes.put(minute, bytes(cell)));
        return bytes;
    }
}
