package io.clew.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.server.exchange.DeleteCommand;
import io.clew.server.exchange.ExportCommand;
import io.clew.server.exchange.SnapshotCommand;
import io.clew.server.exchange.StatsCommand;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.manifest.DirectoryLock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code store verify} says of directories that are none, not all, or not to be written. */
class VerifyCommandTest {
    @TempDir
    Path scratch;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static PrintStream to(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    private int run(Callable<Integer> command, Object... arguments) {
        out.reset();
        err.reset();
        return new CommandLine(command)
                .execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    private int verify(Path data) {
        return run(new VerifyCommand(to(out), to(err)), "--data", data);
    }

    private Path stored() throws IOException {
        Path data = Files.createDirectory(scratch.resolve("data"));
        SpanBatch spans = new RandomSpans(5).oddities(0).batch(200);
        try (EmbeddedStore store = EmbeddedStore.open(
                StoreSettings.of(new DiskFiles(), data, List.of(new OtlpProtobufDecoder(ByteBudget.unlimited()))))) {
            SpanBatch copy = store.newBatch();
            SpanCopier copier = new SpanCopier().bind(spans, copy);
            for (int row = 0; row < spans.spanCount(); row++) {
                copier.copy(row);
            }
            store.append(copy, null, DecodeLimits.DEFAULT, new Refusals()).join();
            store.flush();
        }
        return data;
    }

    @Test
    void anEmptyDirectoryIsNoStoreAndStaysEmpty() throws IOException {
        Path empty = Files.createDirectory(scratch.resolve("empty"));
        for (Callable<Integer> command : List.<Callable<Integer>>of(
                new VerifyCommand(to(out), to(err)), new RepairCommand(to(out), to(err)), new StatsCommand())) {
            assertThat(run(command, "--data", empty)).isEqualTo(1);
            assertThat(empty).isEmptyDirectory();
        }
        assertThat(verify(empty)).isEqualTo(1);
        assertThat(said()).isEqualTo("clew: " + empty + " holds no store; --data names another place\n");
    }

    @Test
    void aStoreWithNothingButABlockIsChecked() throws IOException {
        Path data = stored();
        Files.delete(data.resolve("MANIFEST"));
        assertThat(verify(data)).isEqualTo(1);
        assertThat(said()).contains("there are blocks, and this file is not there");
    }

    @Test
    void placesThatMayHoldDeletedTracesAreNamed() throws IOException {
        Path data = stored();
        assertThat(verify(data)).as(said()).isZero();
        assertThat(said()).contains("no deleted trace in any block").doesNotContain("may hold traces deleted since");
        Path block;
        try (Stream<Path> files = Files.list(data)) {
            block = files.filter(file -> file.toString().endsWith(".clew"))
                    .findFirst()
                    .orElseThrow();
        }
        assertThat(run(new SnapshotCommand(), "--data", data)).isZero();
        assertThat(run(new DeleteCommand(), "--data", data, "--query", "{}")).isZero();
        Path copied;
        try (Stream<Path> files = Files.walk(data.resolve("snapshots"))) {
            copied = files.filter(file -> file.endsWith(block.getFileName()))
                    .findFirst()
                    .orElseThrow();
        }
        Files.copy(copied, data.resolve("block-00000000000000ff.clew"));
        Files.createDirectory(data.resolve("damaged"));
        Files.copy(copied, data.resolve("damaged").resolve(block.getFileName()));
        assertThat(verify(data)).as(said()).isZero();
        assertThat(said())
                .contains("no deleted trace in any block")
                .contains("1 block file that the manifest does not name, block-00000000000000ff.clew, not read")
                .contains(data.resolve("snapshots") + ": 1 snapshot, not read, and may hold traces deleted since")
                .contains(data.resolve("damaged") + ": 1 file set aside, not read");
    }

    @Test
    void aReadOnlyCopyIsCheckedWithoutALock() throws IOException {
        Path data = stored();
        Path zip = scratch.resolve("backup.zip");
        try (FileSystem backup = FileSystems.newFileSystem(URI.create("jar:" + zip.toUri()), Map.of("create", "true"));
                Stream<Path> files = Files.walk(data)) {
            for (Path file :
                    files.filter(each -> !each.endsWith(DirectoryLock.NAME)).toList()) {
                Path copy = backup.getPath("/" + data.relativize(file));
                if (!Files.isDirectory(file)) {
                    Files.copy(file, copy);
                } else if (!file.equals(data)) {
                    Files.createDirectory(copy);
                }
            }
        }
        try (FileSystem backup = FileSystems.newFileSystem(zip, Map.of("accessMode", "readOnly"))) {
            Path root = backup.getPath("/");
            try (DirectoryLock lock = StoreDirectory.lockToRead(root, to(err))) {
                assertThat(lock.isReadOnly()).isTrue();
            }
            assertThat(said()).contains("is on a read-only file system: it is read without having it alone");
        }
        try (DirectoryLock lock = StoreDirectory.lockToRead(data, to(err))) {
            assertThat(lock.isReadOnly()).isFalse();
            assertThat(verify(data)).isEqualTo(1);
            assertThat(said()).contains("is in use by process");
        }
    }

    @Test
    void exportNamesNoStoreEither() throws IOException {
        Path empty = Files.createDirectory(scratch.resolve("empty"));
        assertThat(run(new ExportCommand(), "--data", empty, "--to", scratch.resolve("to")))
                .isEqualTo(1);
        assertThat(empty).isEmptyDirectory();
    }
}
