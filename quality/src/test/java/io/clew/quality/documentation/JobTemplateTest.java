package io.clew.quality.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.analysis.job.TraceJob;
import io.clew.model.TraceId;
import io.clew.quality.golden.GoldenStores;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The template for jobs of one's own, and the job in the documentation, are built and run as a reader would. */
class JobTemplateTest {
    private static final Path DOCS = Path.of("../docs").toAbsolutePath().normalize();
    private static final String VERSION = "0.1.0-SNAPSHOT";

    @TempDir
    Path scratch;

    private Path data = Path.of("");

    /** A store with traces of every sort, errors among them. */
    @BeforeEach
    void store() throws Exception {
        data = scratch.resolve("data");
        GoldenStores.unzip("blocks", data);
    }

    @Test
    void theTemplateBuildsAgainstOurJarsAndItsJobsRun() throws Exception {
        Path project = scratch.resolve("my-jobs");
        copy(DOCS.resolve("job-template"), project);
        Path lib = Files.createDirectory(scratch.resolve("lib"));
        jar(TraceJob.class, lib.resolve("analysis-" + VERSION + ".jar"));
        jar(TraceId.class, lib.resolve("span-model-" + VERSION + ".jar"));
        String built =
                run(0, List.of("mvn", "-B", "-o", "-q", "-f", project + "/pom.xml", "package", "-Dclew.lib=" + lib));
        Path jar = project.resolve("target/my-jobs.jar");
        assertThat(jar).as(built).exists();
        assertThat(analyze(0, "--jar", jar.toString(), "--list"))
                .contains("errors-by-message")
                .contains("slowest-request")
                .contains("slow-sql");
        assertThat(analyze(0, "slowest-request", "--jar", jar.toString(), "--data", data.toString()))
                .contains("trace,service,operation,ms,errors")
                .containsPattern("clew: [1-9]\\d* rows of [1-9]\\d* traces");
        assertThat(analyze(0, "example.ErrorsByMessage", "--jar", jar.toString(), "--data", data.toString()))
                .contains("service,message,errors")
                .containsPattern("clew: [1-9]\\d* rows of [1-9]\\d* traces");
    }

    @Test
    void theJobInTheDocumentationRuns() throws Exception {
        Matcher code = Pattern.compile("(?ms)^```java\\n(.*?)^```")
                .matcher(Files.readString(DOCS.resolve("analysis-jobs.md")));
        assertThat(code.find()).isTrue();
        Path source = Files.writeString(scratch.resolve("ErrorTraces.java"), code.group(1));
        assertThat(analyze(0, source.toString(), "--data", data.toString()))
                .contains("trace,service,ms")
                .containsPattern("rows of [1-9]\\d* traces");
    }

    private String analyze(int code, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.clew.server.Main",
                "analyze"));
        command.addAll(List.of(arguments));
        return run(code, command);
    }

    private String run(int code, List<String> command) throws Exception {
        Path output = Files.createTempFile(scratch, "run", ".out");
        Process process = new ProcessBuilder(command)
                .directory(scratch.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        String text = Files.readString(output);
        assertThat(process.waitFor()).as(text).isEqualTo(code);
        return text;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    /** What the class was loaded from, as a jar: it is a jar, or the directory of classes a jar is made of. */
    private static void jar(Class<?> type, Path to) throws Exception {
        Path from =
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isRegularFile(from)) {
            Files.copy(from, to);
            return;
        }
        try (OutputStream out = Files.newOutputStream(to);
                JarOutputStream jar = new JarOutputStream(out);
                Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(from.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, jar);
            }
        }
    }
}
