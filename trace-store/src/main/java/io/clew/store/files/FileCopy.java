package io.clew.store.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Gives the content of a file a second name. */
public final class FileCopy {
    private static final int PIECE = 1 << 20;

    private FileCopy() {}

    /**
     * Links the file, or copies it, durably, where the disk knows no second names. The directory of the new name is not
     * forced.
     *
     * @param to must not exist yet
     * @return whether it was linked
     */
    public static boolean linkOrCopy(Files files, Path file, Path to) throws IOException {
        try {
            files.link(file, to);
            return true;
        } catch (IOException | UnsupportedOperationException noLink) {
            copy(files, file, to);
            return false;
        }
    }

    private static void copy(Files files, Path file, Path to) throws IOException {
        long size = files.size(file);
        ByteBuffer piece = ByteBuffer.allocateDirect((int) Math.min(PIECE, Math.max(1, size)));
        try (FileHandle in = files.open(file, Files.Mode.READ);
                FileHandle out = files.open(to, Files.Mode.CREATE_NEW)) {
            for (long at = 0; at < size; at += piece.capacity()) {
                piece.clear().limit((int) Math.min(piece.capacity(), size - at));
                in.read(piece, at);
                out.write(piece.flip(), at);
            }
            out.force();
        }
    }
}
