package io.clew.store.embedded;

import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.StoreLayout;
import io.clew.store.StoreLayout.BlockFigures;
import io.clew.store.block.Block;
import io.clew.store.block.PageCache;
import io.clew.store.files.DirectorySize;
import io.clew.store.files.Files;
import io.clew.store.manifest.BlockEntry;
import io.clew.store.manifest.Manifest;
import io.clew.store.manifest.ManifestFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adds up where the bytes of blocks are; a damaged block is named and left out. */
public final class LayoutReader {
    private static final long PAGE_CACHE = 8L << 20;

    private final List<BlockFigures> blocks = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();
    private final SortedMap<String, Long> bytes = new TreeMap<>();

    LayoutReader() {}

    /**
     * Reads the layout of a directory that no process has open. Changes nothing.
     *
     * @throws IOException when the manifest cannot be read
     */
    public static StoreLayout ofDirectory(Files files, Path directory, ReadControl control) throws IOException {
        LayoutReader reader = new LayoutReader();
        Manifest manifest = ManifestFile.read(files, directory);
        PageCache cache = new PageCache(PAGE_CACHE);
        for (BlockEntry entry : manifest.blocks()) {
            Path path = BlockFiles.file(directory, entry.id());
            try (Block block = Block.open(files, path, cache)) {
                reader.add(new LiveBlock(new OpenBlock(files, path, block), entry), control);
            } catch (DamagedException damaged) {
                reader.unreadable.add(String.valueOf(damaged.getMessage()));
            }
        }
        return reader.layout(-1, logBytes(files, directory));
    }

    static long logBytes(Files files, Path directory) {
        return DirectorySize.of(files, LogDirectory.of(directory), _ -> true);
    }

    void add(LiveBlock block, ReadControl control) {
        control.check();
        BlockEntry entry = block.entry();
        try {
            SortedMap<String, Long> layout = block.block().layout();
            blocks.add(new BlockFigures(
                    entry.id(),
                    entry.partition(),
                    entry.level(),
                    entry.spans(),
                    entry.traces(),
                    entry.traces() - block.traces(),
                    entry.spans() - block.spans(),
                    entry.minStart(),
                    entry.maxEnd(),
                    entry.firstArrival(),
                    entry.lastArrival(),
                    entry.bytes()));
            layout.forEach((part, size) -> bytes.merge(part, size, Long::sum));
        } catch (DamagedException damaged) {
            unreadable.add(String.valueOf(damaged.getMessage()));
        }
    }

    StoreLayout layout(long headSpans, long logBytes) {
        blocks.sort(Comparator.comparingInt(BlockFigures::partition)
                .thenComparingInt(BlockFigures::level)
                .thenComparingLong(BlockFigures::id));
        return new StoreLayout(List.copyOf(blocks), List.copyOf(unreadable), headSpans, logBytes, bytes);
    }
}
