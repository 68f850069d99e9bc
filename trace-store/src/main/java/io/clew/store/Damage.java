package io.clew.store;

import java.nio.file.Path;

/**
 * A place in a file (or, when no file is left to name, a directory) whose bytes are not what was written.
 *
 * @param offset bytes from the beginning of the file
 * @param what what stands there and how it is known
 */
public record Damage(Path file, long offset, String what) {

    public static Damage of(DamagedException found) {
        return new Damage(Path.of(found.file()), found.offset(), found.what());
    }

    /** One line that names all of it. */
    public String line() {
        return file + " is damaged at offset " + offset + ": " + what;
    }
}
