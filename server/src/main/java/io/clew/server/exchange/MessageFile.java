package io.clew.server.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.SourceProtocol;
import io.clew.model.SourceRequest;
import io.clew.server.store.DirectoryCommand;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one file, one after the other. What kind of file it is tells its name, and where that says nothing its
 * first bytes; gzip and zstd are seen by their first bytes. After a message that cannot be read because the file is cut
 * off or damaged, the file ends. A broken line of JSON is one message, and the lines after it are read. For one thread.
 */
final class MessageFile implements Closeable {
    private static final int LONGEST = DecodeLimits.DEFAULT.maxBodyBytes();
    private static final JsonFactory JSON = new JsonFactory();

    private final String name;
    private final Counting counted;
    private final Compression compression;
    private final Kind kind;
    private final @Nullable ParquetRows rows;
    private InputStream in;
    private long number;
    private boolean lineRead;
    private boolean ended;

    /** What a file holds. */
    enum Kind {
        /** Requests as JSON, one a line, or a single one over all lines. */
        JSON,
        /** One protobuf request. */
        PROTOBUF,
        /** Protobuf requests, the length before each. */
        FRAMES,
        PARQUET;

        /** What a file of this name is; empty when the name says nothing. Protobuf may still be frames. */
        static Optional<Kind> ofName(String name) {
            String bare = name.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|zst)$", "");
            return switch (bare.substring(bare.lastIndexOf('.') + 1)) {
                case "json", "jsonl", "ndjson" -> Optional.of(JSON);
                case "pb", "proto", "otlp", "bin" -> Optional.of(PROTOBUF);
                case "parquet" -> Optional.of(PARQUET);
                default -> Optional.empty();
            };
        }
    }

    private MessageFile(String name, InputStream raw, @Nullable Path path) throws IOException {
        this.name = name;
        this.counted = new Counting(raw);
        BufferedInputStream plain = Compression.buffered(counted);
        try {
            compression = Compression.of(Compression.peek(plain, 4));
            plain = compression.decompress(plain);
            byte[] first = Compression.peek(plain, 4);
            kind = kind(name, first);
            rows = kind == Kind.PARQUET ? ParquetRows.open(parquetPath(path)) : null;
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
        this.in = plain;
    }

    static MessageFile open(Path file) throws IOException {
        return new MessageFile(file.toString(), Files.newInputStream(file), file);
    }

    static MessageFile standardInput() throws IOException {
        return new MessageFile("standard input", System.in, null);
    }

    private static Path parquetPath(@Nullable Path path) throws IOException {
        if (path == null) {
            throw new IOException("Parquet cannot be read from the standard input: name the file");
        }
        return path;
    }

    private static Kind kind(String name, byte[] first) {
        if (first.length == 4 && first[0] == 'P' && first[1] == 'A' && first[2] == 'R' && first[3] == '1') {
            return Kind.PARQUET;
        }
        Kind named = Kind.ofName(name).orElse(null);
        if (named == Kind.JSON) {
            return named;
        }
        int byte0 = first.length == 0 ? -1 : first[0] & 0xFF;
        // A request begins with the tag of its first field; the length of one below 160 MiB with a lower byte.
        if (byte0 == 0x0A && (named != null || first.length < 2 || first[1] != '{')) {
            return Kind.PROTOBUF;
        }
        return byte0 >= 0 && byte0 < 0x0A ? Kind.FRAMES : named == null ? Kind.JSON : named;
    }

    /** Bytes of the file that were read so far. */
    long bytesRead() {
        return counted.bytes;
    }

    /** The next message, or null at the end. */
    @Nullable
    Message next() {
        if (ended) {
            return null;
        }
        number++;
        try {
            return switch (kind) {
                case JSON -> line();
                case PROTOBUF -> whole();
                case FRAMES -> frame();
                case PARQUET -> batch();
            };
        } catch (IOException e) {
            ended = true;
            return new Message.Unreadable(
                    number, where(), "cannot be read on: " + DirectoryCommand.reason(e) + doubt());
        }
    }

    /** The checksums of compressed files stand at their ends. */
    private String doubt() {
        return compression == Compression.NONE || number == 1
                ? ""
                : "; what was read of this file before may be wrong, for the checksum of a compressed file is at its end";
    }

    private String where() {
        return name + (kind == Kind.JSON ? ":" : kind == Kind.PARQUET ? " rows, part " : " message ") + number;
    }

    private @Nullable Message line() throws IOException {
        while (true) {
            ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 12);
            boolean tooLong = false;
            int b = in.read();
            if (b < 0) {
                ended = true;
                return null;
            }
            for (; b >= 0 && b != '\n'; b = in.read()) {
                if (line.size() < LONGEST) {
                    line.write(b);
                } else {
                    tooLong = true;
                }
            }
            byte[] bytes = line.toByteArray();
            if (tooLong) {
                return new Message.Unreadable(number, where(), "the line has more than " + LONGEST + " bytes");
            }
            if (!isBlank(bytes)) {
                boolean first = !lineRead;
                lineRead = true;
                return first && !endsWithBrace(bytes) ? begun(bytes) : request(SourceProtocol.OTLP_JSON, bytes);
            }
            number++;
        }
    }

    /**
     * What a first line that is no whole object begins: one object over all lines; or, when together they are none and
     * one of those after it is an object by itself, it is a broken line among lines.
     */
    private Message begun(byte[] firstLine) throws IOException {
        byte[] rest = in.readNBytes(LONGEST);
        boolean tooLong = rest.length == LONGEST;
        byte[] all = new byte[firstLine.length + 1 + rest.length];
        System.arraycopy(firstLine, 0, all, 0, firstLine.length);
        all[firstLine.length] = '\n';
        System.arraycopy(rest, 0, all, firstLine.length + 1, rest.length);
        if ((tooLong || !isObject(all, 0, all.length)) && hasObjectLine(rest)) {
            in = new BufferedInputStream(new SequenceInputStream(new ByteArrayInputStream(rest), in));
            return request(SourceProtocol.OTLP_JSON, firstLine);
        }
        ended = true;
        return tooLong
                ? new Message.Unreadable(number, where(), "a request has at most " + LONGEST + " bytes")
                : request(SourceProtocol.OTLP_JSON, all);
    }

    /** Whether a line, not indented, is an object: in one object over many lines that is none of its own. */
    private static boolean hasObjectLine(byte[] text) {
        int from = 0;
        while (from < text.length) {
            int to = from;
            while (to < text.length && text[to] != '\n') {
                to++;
            }
            if (text[from] == '{' && isObject(text, from, to - from)) {
                return true;
            }
            from = to + 1;
        }
        return false;
    }

    private static boolean isObject(byte[] text, int offset, int length) {
        try (JsonParser parser = JSON.createParser(text, offset, length)) {
            return parser.nextToken() == JsonToken.START_OBJECT
                    && parser.skipChildren().currentToken() == JsonToken.END_OBJECT
                    && parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    private Message whole() throws IOException {
        byte[] bytes = in.readNBytes(LONGEST + 1);
        ended = true;
        return request(SourceProtocol.OTLP_PROTOBUF, bytes);
    }

    private @Nullable Message frame() throws IOException {
        byte[] bytes = Frames.read(in);
        if (bytes == null) {
            ended = true;
            return null;
        }
        return request(SourceProtocol.OTLP_PROTOBUF, bytes);
    }

    private @Nullable Message batch() throws IOException {
        var spans = rows == null ? null : rows.next();
        if (spans == null) {
            ended = true;
            return null;
        }
        return new Message.Spans(number, where(), spans);
    }

    /** The Collector compresses each message of its own when it is told to compress. */
    private Message request(int codec, byte[] bytes) {
        ContentEncoding encoding = Compression.isZstd(bytes) ? ContentEncoding.ZSTD : ContentEncoding.IDENTITY;
        long now = System.currentTimeMillis() * 1_000_000L;
        return new Message.Request(number, where(), new SourceRequest(codec, encoding, bytes, 0, bytes.length, now));
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    private static boolean endsWithBrace(byte[] line) {
        int last = line.length - 1;
        while (last >= 0 && (line[last] == ' ' || line[last] == '\t' || line[last] == '\r')) {
            last--;
        }
        return last >= 0 && line[last] == '}' && line[0] != '}';
    }

    @Override
    public void close() throws IOException {
        if (rows != null) {
            rows.close();
        }
        counted.close();
    }

    private static final class Counting extends FilterInputStream {
        private long bytes;

        private Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            bytes += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = in.read(into, offset, length);
            bytes += Math.max(0, count);
            return count;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
