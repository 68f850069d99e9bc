package io.clew.server.analyze;

import io.clew.analysis.job.TraceJob;
import io.clew.server.config.ConfigException;
import io.clew.server.config.NearestName;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The jobs there are: those that come with Clew, and those in jars that were named. For one thread. */
final class Jobs implements AutoCloseable {
    private final URLClassLoader loader;
    private final SortedMap<String, TraceJob> byName = new TreeMap<>();

    private Jobs(URLClassLoader loader) {
        this.loader = loader;
    }

    /** @throws IOException when a jar cannot be read, or lists what is no job */
    static Jobs load(List<Path> jars) throws IOException, ConfigException {
        Jobs jobs = new Jobs(new URLClassLoader(urls(jars).toArray(URL[]::new), TraceJob.class.getClassLoader()));
        try {
            for (TraceJob job : ServiceLoader.load(TraceJob.class, jobs.loader)) {
                TraceJob other = jobs.byName.put(job.name(), job);
                if (other != null) {
                    throw new ConfigException("two jobs have the name '" + job.name() + "': "
                            + other.getClass().getName() + " and "
                            + job.getClass().getName()
                            + "; give yours another name()");
                }
            }
            return jobs;
        } catch (ServiceConfigurationError | LinkageError e) {
            jobs.close();
            throw new IOException("the jobs of " + jars + " cannot be loaded: " + e.getMessage(), e);
        } catch (ConfigException e) {
            jobs.close();
            throw e;
        }
    }

    /** @throws NoSuchFileException when one is not there */
    static List<URL> urls(List<Path> jars) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            if (!Files.exists(jar)) {
                throw new NoSuchFileException(jar.toString());
            }
            urls.add(jar.toUri().toURL());
        }
        return urls;
    }

    /** Jobs by name. */
    SortedMap<String, TraceJob> byName() {
        return byName;
    }

    /**
     * The job of a name, or of a class name.
     *
     * @throws ConfigException when there is none; says which is near
     */
    TraceJob find(String name) throws IOException, ConfigException {
        TraceJob job = byName.get(name);
        if (job != null) {
            return job;
        }
        try {
            return make(loader.loadClass(name));
        } catch (ClassNotFoundException | NoClassDefFoundError none) {
            String near = NearestName.near(name, byName.keySet())
                    .map(known -> "; the nearest is '" + known + "'")
                    .orElse("");
            throw new ConfigException("there is no job '" + name + "'" + near
                    + ". --list tells all; --jar FILE adds those of a jar; a file of Java source is named NAME.java");
        }
    }

    /**
     * Makes a job.
     *
     * @throws ConfigException when the class is no job, or cannot be made one of
     */
    static TraceJob make(Class<?> type) throws ConfigException {
        if (!isJob(type)) {
            throw new ConfigException(type.getName() + " is no job: it must implement " + TraceJob.class.getName()
                    + ".PerTrace or .Combining, and not be abstract");
        }
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return (TraceJob) constructor.newInstance();
        } catch (InvocationTargetException e) {
            throw new ConfigException(type.getName() + " cannot be made: its constructor threw " + e.getCause());
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new ConfigException(type.getName() + " cannot be made: it needs a constructor without parameters");
        }
    }

    static boolean isJob(Class<?> type) {
        return TraceJob.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers());
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
