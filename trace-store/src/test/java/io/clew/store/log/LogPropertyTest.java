package io.clew.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.files.FaultyFiles.Kind;
import io.clew.store.files.FaultyFiles.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Random appends, forces, releases, failures and crashes against a model that only keeps lists: every forced record comes
 * back exactly once, in order and unchanged; nothing comes back that was not appended; and since no byte was damaged,
 * no damage is reported.
 */
class LogPropertyTest {
    private static final LogSettings SMALL = new LogSettings(8192, 4096, 2);

    @Property(seed = "20261134", tries = 300, shrinking = ShrinkingMode.OFF)
    void replayGivesWhatWasForced(@ForAll long seed) throws IOException {
        Path root = Files.createTempDirectory("log");
        try {
            new Run(root, new Random(seed)).go(120);
        } finally {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static final class Run {
        private final FaultyFiles files = new FaultyFiles(new DiskFiles());
        private final Path directory;
        private final Random random;
        private final List<String> story = new ArrayList<>();

        /** Forced and not covered. */
        private final TreeMap<Long, SourceRequest> promised = new TreeMap<>();
        /** Appended since the last good force. */
        private final TreeMap<Long, SourceRequest> open = new TreeMap<>();
        /** Everything ever written under a sequence: what a crash may bring back. */
        private final Map<Long, Set<SourceRequest>> written = new HashMap<>();

        private boolean shortWrite;
        private long covered;
        private long last;
        private Log log;

        Run(Path root, Random random) throws IOException {
            this.directory = root.resolve("log");
            this.random = random;
            this.log = Log.open(files, directory, SMALL);
            log.replay(0, record -> {
                throw new AssertionError("a new log replayed " + record);
            });
        }

        void go(int steps) throws IOException {
            for (int i = 0; i < steps; i++) {
                int step = random.nextInt(100);
                if (step < 60) {
                    append();
                } else if (step < 80) {
                    force();
                } else if (step < 88) {
                    release();
                } else if (step < 92) {
                    reopen(false);
                } else if (step < 96) {
                    reopen(true);
                } else {
                    fault();
                }
                assertThat(log.unflushedBytes(covered)).isEqualTo(bytes());
            }
            files.heal();
            reopen(false);
            log.close();
        }

        private long bytes() {
            long sum = 0;
            for (SourceRequest request : promised.values()) {
                sum += RecordHeader.recordBytes(request.length() % 3, request.length());
            }
            for (SourceRequest request : open.values()) {
                sum += RecordHeader.recordBytes(request.length() % 3, request.length());
            }
            return sum;
        }

        private void append() throws IOException {
            int length = random.nextInt(10) == 0 ? random.nextInt(20_000) : random.nextInt(1500);
            byte[] body = new byte[length + 5];
            random.nextBytes(body);
            SourceRequest request = new SourceRequest(
                    random.nextInt(256),
                    ContentEncoding.values()[random.nextInt(3)],
                    body,
                    5,
                    length,
                    random.nextLong());
            written.computeIfAbsent(last + 1, sequence -> new HashSet<>()).add(request);
            Refusals refusals = new Refusals();
            for (int i = 0; i < length % 3; i++) {
                refusals.add(i * 7, Refusals.Reason.UTF8, "bad");
            }
            long sequence;
            try {
                sequence = log.append(Log.SPANS, request, 4, new DecodeLimits(length, 9), refusals);
            } catch (IOException injected) {
                story.add("append failed");
                return;
            }
            story.add("append " + sequence + " of " + length);
            assertThat(sequence).as("%s", story).isEqualTo(last + 1);
            last = sequence;
            open.put(sequence, request);
        }

        private void force() {
            try {
                log.force();
                promised.putAll(open);
                story.add("force");
            } catch (IOException injected) {
                last -= open.size();
                story.add("force failed");
            }
            open.clear();
        }

        private void release() throws IOException {
            if (promised.isEmpty()) {
                return;
            }
            long first = promised.firstKey();
            covered = random.nextInt(3) == 0
                    ? promised.lastKey()
                    : first + random.nextLong(promised.lastKey() - first + 1);
            promised.headMap(covered, true).clear();
            story.add("release " + covered);
            files.heal();
            log.release(covered);
            if (promised.isEmpty() && open.isEmpty()) {
                try (Stream<Path> left = Files.list(directory)) {
                    List<String> sizes = left.filter(
                                    file -> file.getFileName().toString().endsWith(".log"))
                            .map(file ->
                                    file.getFileName() + " " + file.toFile().length())
                            .toList();
                    assertThat(sizes)
                            .as("idle log, %s", story)
                            .hasSizeLessThanOrEqualTo(1)
                            .allMatch(size -> size.endsWith(" " + SMALL.firstSegmentBytes()));
                }
            }
        }

        private void fault() {
            Operation operation = List.of(Operation.WRITE, Operation.FORCE, Operation.PREALLOCATE, Operation.CREATE)
                    .get(random.nextInt(4));
            Kind kind = Kind.values()[random.nextInt(operation == Operation.WRITE ? 3 : 2)];
            // Segments and their marks.
            files.fail(operation, "0000", kind).after(random.nextInt(4)).times(1 + random.nextInt(2));
            shortWrite |= kind == Kind.SHORT_WRITE;
            story.add("fault " + operation + " " + kind);
        }

        private void reopen(boolean powerLoss) throws IOException {
            story.add(powerLoss ? "power loss" : "kill");
            if (powerLoss) {
                files.losePower(random.nextLong());
            }
            files.heal();
            log.close();
            log = Log.open(files, directory, SMALL);
            TreeMap<Long, SourceRequest> replayed = new TreeMap<>();
            log.replay(covered, record -> {
                SourceRequest request = record.request();
                byte[] body = java.util.Arrays.copyOfRange(
                        record.bytes(), record.offset(), record.offset() + record.length());
                assertThat(record.sequence())
                        .as("order, %s", story)
                        .isEqualTo(replayed.isEmpty() ? covered + 1 : replayed.lastKey() + 1);
                assertThat(record.signal()).isEqualTo(Log.SPANS);
                assertThat(record.codecVersion()).isEqualTo(4);
                assertThat(record.limits()).isEqualTo(new DecodeLimits(body.length, 9));
                assertThat(record.refusedPositions()).hasSize(body.length % 3);
                SourceRequest origin = written.getOrDefault(record.sequence(), Set.of()).stream()
                        .filter(candidate -> same(candidate, request, body))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("invented record " + record.sequence() + ", " + story));
                replayed.put(record.sequence(), origin);
            });
            assertThat(replayed).as("forced records, %s", story).containsAllEntriesOf(promised);
            // A header half written, in a file whose deletion a power loss undid, is rightly reported; nothing else is.
            assertThat(log.damage())
                    .as("%s", story)
                    .allMatch(found ->
                            shortWrite && found.offset() == 0 && found.what().startsWith("header of a log segment"));
            assertThat(log.lastSequence()).as("%s", story).isEqualTo(replayed.isEmpty() ? covered : replayed.lastKey());
            promised.clear();
            promised.putAll(replayed);
            open.clear();
            last = log.lastSequence();
        }

        private static boolean same(SourceRequest candidate, SourceRequest read, byte[] body) {
            return candidate.codec() == read.codec()
                    && candidate.encoding() == read.encoding()
                    && candidate.receiveTime() == read.receiveTime()
                    && java.util.Arrays.equals(
                            candidate.bytes(),
                            candidate.offset(),
                            candidate.offset() + candidate.length(),
                            body,
                            0,
                            body.length);
        }
    }
}
