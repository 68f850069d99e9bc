package io.clew.store.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clew.store.Damage;
import io.clew.store.files.DamagedFiles;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.CRC32C;

/**
 * The file {@code LOSSES} of a store: log records that had been stored and could not be read. A log lets go of its files,
 * so without it nobody would know, after a while, that anything is missing. It is there from the moment a loss is found
 * until {@code clew store repair} has told of it. Each segment with a loss is kept in {@code damaged/} first. Text in UTF-8;
 * format in {@code docs/formats/losses.md}. {@link #losses} and {@link #places} may be called from any thread.
 */
public final class LossFile {
    /** The file's name. */
    public static final String NAME = "LOSSES";

    private static final String FIRST_LINE = "clew losses 1";
    private static final int FIELDS = 7;

    /** {@code fields} are those of the file, joined as they stand in it. */
    private record Line(LogDamage loss, String keptAs, String fields) {}

    private final Files files;
    private final Path directory;
    private final List<Line> lines = new CopyOnWriteArrayList<>();

    private LossFile(Files files, Path directory) {
        this.files = files;
        this.directory = directory;
    }

    /**
     * Reads the file; a store without one has lost nothing.
     *
     * @param directory the store's
     * @throws IOException when it cannot be read, or a newer version wrote it
     */
    public static LossFile open(Files files, Path directory) throws IOException {
        LossFile found = new LossFile(files, directory);
        if (files.exists(directory.resolve(NAME))) {
            found.read();
        }
        return found;
    }

    /** What is lost, in the order found; each place tells where the damaged file is kept. */
    public List<LogDamage> losses() {
        return lines.stream().map(Line::loss).toList();
    }

    /** The places of {@link #losses}. */
    public List<Damage> places() {
        return lines.stream().map(line -> line.loss().place()).toList();
    }

    /** Names in {@code damaged/} of the files with losses. */
    public Set<String> kept() {
        return Set.copyOf(
                lines.stream().map(Line::keptAs).filter(name -> !name.isEmpty()).toList());
    }

    /** Whether this file was kept when a loss in it was noted. */
    public boolean isKept(Path file) {
        return lines.stream()
                .anyMatch(line -> line.loss().place().file().equals(file)
                        && !line.keptAs().isEmpty());
    }

    /**
     * Keeps the damaged file and notes the loss, durably; nothing happens when it is noted already.
     *
     * @throws IOException when it could not be noted
     */
    public void note(LogDamage loss) throws IOException {
        if (isNoted(loss)) {
            return;
        }
        Path file = loss.place().file();
        String keptAs = "";
        String what = loss.place().what();
        if (java.nio.file.Files.isRegularFile(file) && !isKept(file)) {
            try {
                keptAs = DamagedFiles.add(files, directory, file).getFileName().toString();
            } catch (IOException unkept) {
                what += "; the file could not be kept: " + unkept.getMessage();
            }
        }
        String relative =
                file.startsWith(directory) ? directory.relativize(file).toString() : file.toString();
        lines.add(line(String.join(
                "\t",
                Long.toString(loss.place().offset()),
                Long.toString(loss.first()),
                Long.toString(loss.records()),
                Long.toString(loss.bytes()),
                keptAs,
                relative,
                what.replace('\t', ' ').replace('\n', ' '))));
        try {
            write();
        } catch (Throwable failure) {
            lines.removeLast();
            throw failure;
        }
    }

    /** Forgets all losses of a store: nothing in its log is missing any more, and what was has been told. */
    public static void delete(Files files, Path directory) throws IOException {
        if (files.exists(directory.resolve(NAME))) {
            files.delete(directory.resolve(NAME));
            files.forceDirectory(directory);
        }
    }

    /** Whether {@link #losses} tells of it. */
    public boolean isNoted(LogDamage loss) {
        return loss.lost()
                && lines.stream()
                        .map(Line::loss)
                        .anyMatch(noted -> loss.first() > 0
                                ? noted.first() > 0
                                        && noted.first() <= loss.first()
                                        && loss.first() + loss.records() <= noted.first() + noted.records()
                                : noted.first() == 0
                                        && noted.place()
                                                .file()
                                                .equals(loss.place().file())
                                        && noted.place().offset()
                                                == loss.place().offset());
    }

    private Line line(String fields) {
        String[] parts = fields.split("\t", FIELDS);
        // A copy of a store has none of these files, and they may have been removed by hand.
        boolean isKept = files.exists(directory.resolve(DamagedFiles.NAME).resolve(parts[4]));
        String keptAs = isKept ? parts[4] : "";
        String what = parts[6] + (keptAs.isEmpty() ? "" : "; the file is kept as " + DamagedFiles.NAME + "/" + keptAs);
        Damage place = new Damage(directory.resolve(parts[5]), Long.parseLong(parts[0]), what);
        LogDamage loss = new LogDamage(
                place, true, Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]));
        return new Line(loss, keptAs, fields);
    }

    private void read() throws IOException {
        Path file = directory.resolve(NAME);
        byte[] bytes;
        try (FileHandle handle = files.open(file, Files.Mode.READ)) {
            bytes = new byte[Math.toIntExact(handle.size())];
            handle.read(ByteBuffer.wrap(bytes), 0);
        }
        int begin = 0;
        for (int number = 0; begin < bytes.length; number++) {
            int end = begin;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            String text = new String(bytes, begin, end - begin, UTF_8);
            if (number == 0) {
                if (!text.equals(FIRST_LINE) && text.startsWith("clew losses ")) {
                    throw new IOException(file + " begins with '" + text + "', this version of Clew reads '"
                            + FIRST_LINE + "': start the newer Clew that wrote it");
                }
            }
            if (number > 0 || !text.equals(FIRST_LINE)) {
                lines.add(parse(begin, text));
            }
            begin = end + 1;
        }
    }

    private Line parse(int at, String text) {
        String[] sum = text.split("\t", 2);
        if (sum.length == 2 && sum[0].equals(crc(sum[1])) && sum[1].split("\t", FIELDS).length == FIELDS) {
            return line(sum[1]);
        }
        return line(String.join(
                "\t", Integer.toString(at), "0", "0", "0", "", NAME, "a line that says which log records were lost"));
    }

    private void write() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes((FIRST_LINE + "\n").getBytes(UTF_8));
        for (Line line : lines) {
            text.writeBytes((crc(line.fields()) + "\t" + line.fields() + "\n").getBytes(UTF_8));
        }
        Path next = directory.resolve(NAME + ".new");
        if (files.exists(next)) {
            files.delete(next);
        }
        try (FileHandle handle = files.open(next, Files.Mode.CREATE_NEW)) {
            handle.write(ByteBuffer.wrap(text.toByteArray()), 0);
            handle.force();
        }
        files.rename(next, directory.resolve(NAME));
        files.forceDirectory(directory);
    }

    private static String crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
