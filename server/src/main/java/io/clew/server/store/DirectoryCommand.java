package io.clew.server.store;

import io.clew.server.config.ConfigException;
import io.clew.store.DamagedException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command on a data directory: exit code 1 when something failed, 2 when an option is wrong, both said in one line. */
public abstract class DirectoryCommand implements Callable<Integer> {
    @Mixin
    private final StoreDirectory directory = new StoreDirectory();

    protected final PrintStream out;
    protected final PrintStream err;

    protected DirectoryCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** The process's output as UTF-8, whatever the shell speaks: what is stored is UTF-8. */
    public static PrintStream standardOutput() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }

    /** Does the work and answers the exit code. */
    protected abstract int run() throws IOException, ConfigException;

    /** The data directory that the options name. */
    protected final Path directory() throws ConfigException {
        return directory.path();
    }

    /** The same, which may still have to be made. */
    protected final Path directoryToFill() throws ConfigException {
        return directory.pathToFill();
    }

    @Override
    public final Integer call() {
        try {
            return run();
        } catch (ConfigException e) {
            err.println("clew: " + e.getMessage());
            return 2;
        } catch (IOException e) {
            err.println("clew: " + reason(e));
            return 1;
        } catch (DamagedException e) {
            err.println("clew: damaged: " + e.getMessage() + "; 'clew store repair' sets aside what is damaged");
            return 1;
        }
    }

    /** What an I/O error says, in words: those of the file system name only a file. */
    public static String reason(IOException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        if (e instanceof java.nio.file.NoSuchFileException) {
            return message + ": there is no such file";
        } else if (e instanceof java.nio.file.AccessDeniedException) {
            return message + ": permission denied";
        } else if (e instanceof java.nio.file.FileAlreadyExistsException failed && failed.getReason() == null) {
            return message + " is there already";
        }
        return e instanceof FileSystemException failed && failed.getReason() != null
                ? failed.getFile() + ": " + failed.getReason()
                : message;
    }
}
