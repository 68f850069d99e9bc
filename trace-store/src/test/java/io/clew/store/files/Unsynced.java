package io.clew.store.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of a tree of files is durable, what is not, and what is left after power was lost. Knows the files it was told of;
 * those it meets for the first time count as durable as they are. Model: a page of 4 KiB is written whole or not at all; a
 * file's unforced pages and its unforced size survive independently; directory changes keep their order, but any of
 * them may be missing. Not thread-safe: {@link FaultyFiles} guards it.
 */
final class Unsynced {
    static final int PAGE = 4096;

    /** A file or directory, whatever its names. */
    static final class Node {
        private final boolean directory;
        private final Map<Long, byte[]> durablePages = new HashMap<>();
        private long durableSize;
        private final TreeSet<Long> dirty = new TreeSet<>();
        /** Where its present content is; null once deleted. */
        private @Nullable Path now;
        /** Present content of a deleted file. */
        private byte[] last = new byte[0];

        private Node(boolean directory) {
            this.directory = directory;
        }
    }

    /** Creation has no {@code from}, deletion no {@code to}. */
    private record Change(@Nullable Path from, @Nullable Path to, Node node) {
        boolean in(Path directory) {
            return from != null && directory.equals(from.getParent()) || to != null && directory.equals(to.getParent());
        }

        void apply(Map<Path, Node> names) {
            if (from != null && names.get(from) == node) {
                names.remove(from);
            }
            if (to != null) {
                names.put(to, node);
            }
        }
    }

    private final Files real;
    private final Map<Path, Node> names = new TreeMap<>();
    private final Map<Path, Node> durableNames = new TreeMap<>();
    private final List<Change> pending = new ArrayList<>();

    Unsynced(Files real) {
        this.real = real;
    }

    /** The file's node; one never met counts as durable. Null when there is no such file. */
    @Nullable
    Node touch(Path file) throws IOException {
        Node node = names.get(file);
        if (node == null && real.exists(file)) {
            node = new Node(java.nio.file.Files.isDirectory(file));
            node.now = file;
            if (!node.directory) {
                setDurable(node, content(file));
            }
            names.put(file, node);
            durableNames.put(file, node);
        }
        return node;
    }

    Node created(Path path, boolean directory) {
        Node node = new Node(directory);
        node.now = path;
        change(new Change(null, path, node));
        return node;
    }

    void renaming(Path from, Path to) throws IOException {
        Node node = touch(from);
        if (node == null) {
            return;
        }
        if (node.directory) {
            throw new UnsupportedOperationException("renaming a directory: " + from);
        }
        Node replaced = touch(to);
        if (replaced != null) {
            bury(replaced);
        }
        node.now = to;
        change(new Change(from, to, node));
    }

    void deleting(Path file) throws IOException {
        Node node = touch(file);
        if (node != null) {
            bury(node);
            change(new Change(file, null, node));
        }
    }

    private void bury(Node node) throws IOException {
        if (!node.directory && node.now != null) {
            node.last = content(node.now);
        }
        node.now = null;
    }

    private void change(Change change) {
        change.apply(names);
        pending.add(change);
    }

    void written(Node node, long position, long length) {
        for (long page = position / PAGE; length > 0 && page <= (position + length - 1) / PAGE; page++) {
            node.dirty.add(page);
        }
    }

    void forced(Node node, FileHandle handle) throws IOException {
        long size = handle.size();
        for (long page : node.dirty) {
            int length = (int) Math.min(PAGE, size - page * PAGE);
            if (length > 0) {
                byte[] bytes = new byte[PAGE];
                handle.read(ByteBuffer.wrap(bytes, 0, length), page * PAGE);
                node.durablePages.put(page, bytes);
            }
        }
        node.dirty.clear();
        node.durableSize = size;
        node.durablePages.keySet().removeIf(page -> page * PAGE >= size);
    }

    /** As Linux does: the pages count as clean now, though they never reached the disk. */
    void forceFailed(Node node) {
        node.dirty.clear();
    }

    void forced(Path directory) {
        for (Iterator<Change> all = pending.iterator(); all.hasNext(); ) {
            Change change = all.next();
            if (change.in(directory)) {
                change.apply(durableNames);
                all.remove();
            }
        }
    }

    void losePower(long seed) throws IOException {
        Random random = new Random(seed);
        int order = random.nextInt(3);
        for (Change change : pending) {
            if (order == 0 ? false : order == 1 ? true : random.nextBoolean()) {
                change.apply(durableNames);
            }
        }
        pending.clear();
        Map<Path, byte[]> files = new TreeMap<>();
        Map<Path, Node> left = new TreeMap<>();
        for (Map.Entry<Path, Node> entry : durableNames.entrySet()) {
            Path parent = entry.getKey().getParent();
            boolean parentLost = parent != null && names.containsKey(parent) && !left.containsKey(parent);
            if (!parentLost) {
                left.put(entry.getKey(), entry.getValue());
                if (!entry.getValue().directory) {
                    files.put(entry.getKey(), survivor(entry.getValue(), random));
                }
            }
        }
        for (Map.Entry<Path, Node> entry : names.entrySet()) {
            if (!entry.getValue().directory) {
                java.nio.file.Files.deleteIfExists(entry.getKey());
            } else if (!left.containsKey(entry.getKey())) {
                deleteTree(entry.getKey());
            }
        }
        names.clear();
        durableNames.clear();
        for (Map.Entry<Path, Node> entry : left.entrySet()) {
            Node node = new Node(entry.getValue().directory);
            node.now = entry.getKey();
            if (node.directory) {
                real.createDirectories(entry.getKey());
            } else {
                byte[] bytes = files.get(entry.getKey());
                java.nio.file.Files.write(entry.getKey(), bytes == null ? new byte[0] : bytes);
                setDurable(node, bytes == null ? new byte[0] : bytes);
            }
            names.put(entry.getKey(), node);
            durableNames.put(entry.getKey(), node);
        }
    }

    private byte[] survivor(Node node, Random random) throws IOException {
        byte[] now = node.now == null ? node.last : content(node.now);
        int fate = random.nextInt(3);
        boolean grown = fate == 0 ? false : fate == 1 ? true : random.nextBoolean();
        byte[] bytes = new byte[grown ? now.length : (int) node.durableSize];
        node.durablePages.forEach((page, content) -> put(bytes, page, content, 0));
        for (long page : node.dirty) {
            if (fate == 0 ? false : fate == 1 ? true : random.nextBoolean()) {
                put(bytes, page, now, page * PAGE);
            }
        }
        return bytes;
    }

    private static void put(byte[] into, long page, byte[] from, long fromOffset) {
        long at = page * PAGE;
        long length = Math.min(PAGE, Math.min(into.length - at, from.length - fromOffset));
        if (length > 0) {
            System.arraycopy(from, (int) fromOffset, into, (int) at, (int) length);
        }
    }

    private static void setDurable(Node node, byte[] bytes) {
        node.durableSize = bytes.length;
        for (long page = 0; page * PAGE < bytes.length; page++) {
            node.durablePages.put(page, Arrays.copyOfRange(bytes, (int) page * PAGE, (int)
                    Math.min(bytes.length, (page + 1) * PAGE)));
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        if (java.nio.file.Files.exists(directory)) {
            try (Stream<Path> all = java.nio.file.Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    java.nio.file.Files.delete(path);
                }
            }
        }
    }

    private static byte[] content(Path file) throws IOException {
        return java.nio.file.Files.readAllBytes(file);
    }
}
