package io.clew.server.analyze;

import io.clew.analysis.job.TraceJob;
import io.clew.server.config.ConfigException;
import io.clew.server.store.ScratchDirectory;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A job in one file of Java source, compiled for this run against Clew itself. For one thread. */
final class SourceJob implements AutoCloseable {
    private static final String CLASS = ".class";
    private static final int ERRORS_SHOWN = 20;

    private final Path classes;
    private final URLClassLoader loader;
    private final TraceJob job;

    private SourceJob(Path classes, URLClassLoader loader, TraceJob job) {
        this.classes = classes;
        this.loader = loader;
        this.job = job;
    }

    /**
     * Compiles a file.
     *
     * @param jars what it may use beside Clew and the JDK
     * @throws ConfigException when it does not compile, or does not have exactly one job in it
     */
    static SourceJob compile(Path source, List<Path> jars) throws IOException, ConfigException {
        if (!Files.isRegularFile(source)) {
            throw new NoSuchFileException(source.toString());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IOException(
                    "to compile " + source + " a JDK is needed, and this Java (" + System.getProperty("java.home")
                            + ") has no compiler; compile it elsewhere and name the jar with --jar");
        }
        List<URL> urls = Jobs.urls(jars);
        Path classes = Files.createTempDirectory("clew-job");
        urls.add(classes.toUri().toURL());
        URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), TraceJob.class.getClassLoader());
        try {
            compile(compiler, source, jars, classes);
            return new SourceJob(classes, loader, job(source, classes, loader));
        } catch (IOException | ConfigException | RuntimeException e) {
            loader.close();
            ScratchDirectory.remove(classes);
            throw e;
        }
    }

    private static void compile(JavaCompiler compiler, Path source, List<Path> jars, Path to)
            throws IOException, ConfigException {
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        String classPath = Stream.concat(
                        Stream.of(System.getProperty("java.class.path")),
                        jars.stream().map(Path::toString))
                .collect(Collectors.joining(File.pathSeparator));
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(said, Locale.ROOT, StandardCharsets.UTF_8)) {
            List<String> options = List.of("-d", to.toString(), "-cp", classPath, "-proc:none", "-nowarn", "-g");
            boolean compiled = compiler.getTask(
                            new StringWriter(), files, said, options, null, files.getJavaFileObjects(source))
                    .call();
            if (!compiled) {
                List<String> errors = said.getDiagnostics().stream()
                        .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                        .map(each -> "  line " + each.getLineNumber() + ": " + each.getMessage(Locale.ROOT))
                        .limit(ERRORS_SHOWN)
                        .toList();
                throw new ConfigException(source + " does not compile:\n" + String.join("\n", errors));
            }
        }
    }

    private static TraceJob job(Path source, Path classes, ClassLoader loader) throws IOException, ConfigException {
        List<Class<?>> jobs = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = all.filter(file -> file.toString().endsWith(CLASS)).sorted().toList();
        }
        for (Path file : files) {
            String name = classes.relativize(file).toString().replace(File.separatorChar, '.');
            try {
                Class<?> type = loader.loadClass(name.substring(0, name.length() - CLASS.length()));
                if (Jobs.isJob(type)) {
                    jobs.add(type);
                }
            } catch (ClassNotFoundException | LinkageError e) {
                throw new IOException(source + ": " + e.getMessage(), e);
            }
        }
        if (jobs.size() != 1) {
            throw new ConfigException(
                    source + " has " + jobs.size() + " jobs in it, and not one: a class that implements "
                            + TraceJob.class.getName() + ".PerTrace or .Combining");
        }
        return Jobs.make(jobs.getFirst());
    }

    TraceJob job() {
        return job;
    }

    @Override
    public void close() throws IOException {
        loader.close();
        ScratchDirectory.remove(classes);
    }
}
