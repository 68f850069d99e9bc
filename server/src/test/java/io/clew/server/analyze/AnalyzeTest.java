package io.clew.server.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.analysis.job.Column;
import io.clew.analysis.job.Rows;
import io.clew.analysis.job.Span;
import io.clew.analysis.job.TraceJob;
import io.clew.analysis.job.WholeTrace;
import io.clew.server.exchange.DuckDb;
import io.clew.server.exchange.SnapshotCommand;
import io.clew.server.life.EmbeddedStoreOpener;
import io.clew.server.life.Requests;
import io.clew.server.life.RunningServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command on the data directory of a server, stopped and running, with jobs of every origin. */
class AnalyzeTest {
    private static final String SOURCE = """
            import io.clew.analysis.job.*;
            import java.util.List;

            class Slowest implements TraceJob.PerTrace {
                @Override
                public List<Column> columns() {
                    return List.of(Column.text("trace"), Column.text("service"), Column.real("ms"), Column.time("start"));
                }

                @Override
                public void visit(WholeTrace trace, Rows rows) {
                    Span root = trace.root();
                    rows.add(trace.id(), root.service(), root.duration() / 1e6, root.start());
                }
            }
            """;

    @TempDir
    Path scratch;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(Object... arguments) {
        out.reset();
        err.reset();
        String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        return new CommandLine(new AnalyzeCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8)))
                .execute(texts);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Traces of one span, of cart, a second apart. */
    private static void fill(RunningServer server, int traces) throws IOException {
        for (long trace = 1; trace <= traces; trace++) {
            long start = Requests.START + trace * 1_000_000_000L;
            server.post(
                    "/v1/traces",
                    Requests.of(
                                    "cart",
                                    Requests.span(trace, 1)
                                            .setStartTimeUnixNano(start)
                                            .setEndTimeUnixNano(start + trace * 1_000_000)
                                            .build())
                            .toByteArray(),
                    "Content-Type",
                    "application/x-protobuf");
        }
    }

    private Path stopped(int traces) throws IOException {
        try (RunningServer server = RunningServer.over(new EmbeddedStoreOpener())) {
            fill(server, traces);
            Path data = scratch.resolve("data");
            Files.createDirectories(data);
            String served = server.server().config().dataDirectory().toString();
            assertThat(new CommandLine(new SnapshotCommand()).execute("--data", served, "--to", data.toString()))
                    .isZero();
            return data;
        }
    }

    @Test
    void whileAServerRunsItIsTheSameAndTheCopyGoes() throws IOException {
        try (RunningServer server = RunningServer.over(new EmbeddedStoreOpener())) {
            fill(server, 20);
            Path served = server.server().config().dataDirectory();
            Path running = scratch.resolve("running.csv");
            assertThat(run("fan-out", "--data", served, "--out", running))
                    .as(err())
                    .isZero();
            assertThat(out()).contains("1 row of 20 traces and 20 spans");
            try (Stream<Path> copies = Files.list(served.resolve("snapshots"))) {
                assertThat(copies).isEmpty();
            }
            assertThat(Files.readString(running))
                    .startsWith(
                            "entry_service,entry_operation,requests,callee_kind,callee_system,callee,callee_operation,"
                                    + "requests_with,calls,errors,mean,p50,p99,max,trace_with_max\n"
                                    + "cart,GET /,20,spans,\"\",\"\",\"\",20,20,0,1,1,1,1,")
                    .hasLineCount(2);
        }
    }

    @Test
    void aFileOfSourceIsAJobAndTheWindowCounts() throws IOException {
        Path data = stopped(30);
        Path source = Files.writeString(scratch.resolve("Slowest.java"), SOURCE);
        assertThat(run(source, "--data", data)).as(err()).isZero();
        assertThat(out().lines()).hasSize(31).first().isEqualTo("trace,service,ms,start");
        assertThat(out().lines().skip(5).findFirst().orElseThrow()).contains(",cart,5,2026-");
        assertThat(err()).contains("clew: 30 rows of 30 traces and 30 spans");
        long from = Requests.START + 11 * 1_000_000_000L;
        assertThat(run(source, "--data", data, "--from", from, "--to", from + 4_000_000_000L))
                .as(err())
                .isZero();
        assertThat(out().lines()).hasSize(6);
        assertThat(run(source, "--data", data, "--from", "-1h", "--to", "now"))
                .as(err())
                .isZero();
        assertThat(run(source, "--data", data, "--to", "2001-01-01")).as(err()).isZero();
        assertThat(out().lines()).hasSize(1);
    }

    @Test
    void everyFormatHoldsTheSameRows() throws IOException {
        Path data = stopped(12);
        Path source = Files.writeString(scratch.resolve("Slowest.java"), SOURCE);
        Path json = scratch.resolve("new/rows.ndjson");
        Path gzip = scratch.resolve("rows.csv.gz");
        Path parquet = scratch.resolve("rows.parquet");
        for (Path file : List.of(json, gzip, parquet)) {
            assertThat(run(source, "--data", data, "--out", file)).as(err()).isZero();
            assertThat(out()).contains(file + ": 12 rows of 12 traces and 12 spans");
        }
        assertThat(Files.readString(json).lines()).hasSize(12).allMatch(line -> line.contains("\"service\":\"cart\""));
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(gzip))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .hasSize(13);
        }
        // SQL reads exported spans; plain Parquet is asked through DuckDB itself.
        try (DuckDb duck = DuckDb.open(scratch.resolve("room"))) {
            duck.run(
                    "CREATE TABLE found AS SELECT count(*) n, sum(ms) ms, min(start) first, typeof(min(start)) kind FROM "
                            + DuckDb.quoted(parquet));
            duck.run("SELECT CASE WHEN n = 12 AND ms = 78 AND kind = 'TIMESTAMP_NS' AND epoch_ns(first) = "
                    + (Requests.START + 1_000_000_000L)
                    + " THEN 1 ELSE error('found ' || found::VARCHAR) END FROM found");
        }
        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.contains("partial"));
        }
    }

    /** A job in a jar, made of the class of this test. */
    public static final class FromJar implements TraceJob.PerTrace {
        @Override
        public List<Column> columns() {
            return List.of(Column.text("name"));
        }

        @Override
        public void visit(WholeTrace trace, Rows rows) {
            for (Span span : trace.spans()) {
                if (span.duration() == 7_000_000) {
                    throw new IllegalStateException("seven");
                }
                rows.add(span.name());
            }
        }
    }

    @Test
    void aJobOfAJarIsCalledByItsNameOrItsClass() throws IOException {
        Path data = stopped(5);
        Path jar = scratch.resolve("my.jar");
        try (JarOutputStream entries = new JarOutputStream(Files.newOutputStream(jar))) {
            entries.putNextEntry(new JarEntry("META-INF/services/" + TraceJob.class.getName()));
            entries.write((FromJar.class.getName() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(run("--list", "--jar", jar)).isZero();
        assertThat(out().lines()).hasSize(3).anyMatch(line -> line.startsWith("fan-out   calls per request"));
        assertThat(out()).contains("from-jar").contains("slow-sql");
        assertThat(run("from-jar", "--jar", jar, "--data", data)).as(err()).isZero();
        assertThat(out().lines()).hasSize(6);
        assertThat(run(FromJar.class.getName(), "--data", data)).as(err()).isZero();
        assertThat(out().lines()).hasSize(6);
    }

    @Test
    void aTraceAtWhichTheJobThrowsStopsItOrIsNamed() throws IOException {
        Path data = stopped(9);
        Path file = scratch.resolve("rows.csv");
        assertThat(run(FromJar.class.getName(), "--data", data, "--out", file)).isEqualTo(1);
        assertThat(err())
                .contains("clew: job from-jar failed at trace ")
                .contains("IllegalStateException: seven")
                .contains("AnalyzeTest.java:")
                .contains("nothing is written; --on-error skip");
        assertThat(file).doesNotExist();
        assertThat(run(FromJar.class.getName(), "--data", data, "--out", file, "--on-error", "skip"))
                .isEqualTo(1);
        assertThat(err()).contains("failed at 1 trace, left out of the rows").contains("seven");
        assertThat(Files.readString(file).lines()).hasSize(9);
    }

    @Test
    void whatIsThereStaysUnlessItIsToBeReplaced() throws IOException {
        Path data = stopped(3);
        Path file = Files.writeString(scratch.resolve("rows.csv"), "mine");
        assertThat(run("fan-out", "--data", data, "--out", file)).isEqualTo(1);
        assertThat(err()).contains(file + ": it is there already; --overwrite replaces it");
        assertThat(file).hasContent("mine");
        assertThat(run(FromJar.class.getName() + "x", "--data", data, "--out", file, "--overwrite"))
                .isEqualTo(2);
        assertThat(file).hasContent("mine");
        assertThat(run("fan-out", "--data", data, "--out", file, "--overwrite"))
                .as(err())
                .isZero();
        assertThat(Files.readString(file).lines()).hasSize(2);
        assertThat(run("fan-out", "--data", data, "--out", file.resolve("below.csv")))
                .isEqualTo(1);
        assertThat(err()).contains(file.toString()).hasLineCount(1);
    }

    @Test
    void whatIsMistypedIsNamed() throws IOException {
        Path data = stopped(1);
        assertThat(run("slow-sqll", "--data", data)).isEqualTo(2);
        assertThat(err()).contains("there is no job 'slow-sqll'; the nearest is 'slow-sql'");
        assertThat(run("--data", data)).isEqualTo(2);
        assertThat(err()).contains("name a job: fan-out, slow-sql");
        assertThat(run("fan-out", "--data", data, "--from", "yesterday")).isEqualTo(2);
        assertThat(err()).contains("--from: expected a moment such as -1h").contains("read 'yesterday'");
        assertThat(run("fan-out", "--data", data, "--from", "-1h", "--to", "-2h"))
                .isEqualTo(2);
        assertThat(err()).contains("--to (-2h) is before --from (-1h)");
        assertThat(run("fan-out", "--data", data, "--out", scratch.resolve("rows.txt")))
                .isEqualTo(2);
        assertThat(err()).contains("a file ends in .csv, .ndjson or .parquet").contains("rows.txt");
        assertThat(run("fan-out", "--data", data, "--format", "xml")).isEqualTo(2);
        assertThat(err()).contains("--format: expected one of csv, ndjson, parquet, read 'xml'");
        assertThat(run("fan-out", "--data", data, "--format", "parquet")).isEqualTo(2);
        assertThat(err()).contains("a Parquet file is compressed within, and is no stream");
        assertThat(run("fan-out", "--data", data, "--on-error", "ignore")).isEqualTo(2);
        assertThat(err()).contains("--on-error: expected stop or skip, read 'ignore'");
        assertThat(run("fan-out", "--data", data, "--threads", "0")).isEqualTo(2);
        assertThat(run("fan-out", "--data", scratch.resolve("none"))).isEqualTo(2);
        assertThat(err()).contains("there is no data directory");
        assertThat(run("fan-out", "--data", Files.createDirectory(scratch.resolve("empty"))))
                .isEqualTo(1);
        assertThat(err()).contains("holds no store");
        assertThat(run("fan-out", "--jar", scratch.resolve("no.jar"))).isEqualTo(1);
        assertThat(err()).contains("no.jar: there is no such file");
        assertThat(run("java.lang.String", "--data", data)).isEqualTo(2);
        assertThat(err()).contains("java.lang.String is no job");
        Path broken = Files.writeString(scratch.resolve("Broken.java"), "class Broken implements TraceJob {}");
        assertThat(run(broken, "--data", data)).isEqualTo(2);
        assertThat(err()).contains("Broken.java does not compile:\n  line 1: cannot find symbol");
        Path none = Files.writeString(scratch.resolve("None.java"), "class None {}");
        assertThat(run(none, "--data", data)).isEqualTo(2);
        assertThat(err()).contains("None.java has 0 jobs in it");
        assertThat(run(scratch.resolve("Missing.java"), "--data", data)).isEqualTo(1);
        assertThat(err()).contains("Missing.java: there is no such file");
    }
}
