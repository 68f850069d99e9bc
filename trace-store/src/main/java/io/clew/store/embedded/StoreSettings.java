package io.clew.store.embedded;

import io.clew.model.RequestDecoder;
import io.clew.store.RetentionRules;
import io.clew.store.block.BlockSettings;
import io.clew.store.cells.CellDirectory;
import io.clew.store.files.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * How an embedded store is set up.
 *
 * @param files the seam to the operating system
 * @param directory where everything is; made when missing
 * @param decoders read the codecs that the log may hold; used by one thread, only while opening
 * @param clock arrival times and retention
 * @param chunkBytes heap bytes of appended batches after which the head is cut
 * @param chunkAge time after its first batch after which the head is cut
 * @param largestUnflushed bytes of log and of queued requests above which appends are answered busy
 * @param pageCacheBytes heap for pages of blocks, shared by all reads
 * @param blockSettings how blocks are cut
 * @param mergeFanIn how many blocks of similar size are united into one
 * @param largestMergedSpans blocks of at least this many spans are not merged any more
 * @param retention how long traces are kept
 * @param marginBytes bytes of the disk that only what makes room may use ({@link DiskRoom}); 0 = none
 * @param cells how much is kept of cells
 */
public record StoreSettings(
        Files files,
        Path directory,
        List<RequestDecoder> decoders,
        Clock clock,
        long chunkBytes,
        Duration chunkAge,
        long largestUnflushed,
        long pageCacheBytes,
        BlockSettings blockSettings,
        int mergeFanIn,
        long largestMergedSpans,
        RetentionRules retention,
        long marginBytes,
        CellDirectory.Limits cells) {

    /** The defaults of a server: 96 MiB or 10 s of head, 256 MiB unflushed, 128 MiB of pages, no retention. */
    public static StoreSettings of(Files files, Path directory, List<RequestDecoder> decoders) {
        return new StoreSettings(
                files,
                directory,
                decoders,
                Clock.systemUTC(),
                96L << 20,
                Duration.ofSeconds(10),
                256L << 20,
                128L << 20,
                BlockSettings.DEFAULT,
                8,
                1_000_000,
                RetentionRules.NONE,
                0,
                CellDirectory.Limits.NONE);
    }

    public StoreSettings withClock(Clock other) {
        return new StoreSettings(
                files,
                directory,
                decoders,
                other,
                chunkBytes,
                chunkAge,
                largestUnflushed,
                pageCacheBytes,
                blockSettings,
                mergeFanIn,
                largestMergedSpans,
                retention,
                marginBytes,
                cells);
    }

    /** When the head is cut. */
    public StoreSettings withChunk(long bytes, Duration age) {
        return new StoreSettings(
                files,
                directory,
                decoders,
                clock,
                bytes,
                age,
                largestUnflushed,
                pageCacheBytes,
                blockSettings,
                mergeFanIn,
                largestMergedSpans,
                retention,
                marginBytes,
                cells);
    }

    public StoreSettings withLargestUnflushed(long bytes) {
        return new StoreSettings(
                files,
                directory,
                decoders,
                clock,
                chunkBytes,
                chunkAge,
                bytes,
                pageCacheBytes,
                blockSettings,
                mergeFanIn,
                largestMergedSpans,
                retention,
                marginBytes,
                cells);
    }

    public StoreSettings withBlockSettings(BlockSettings other) {
        return new StoreSettings(
                files,
                directory,
                decoders,
                clock,
                chunkBytes,
                chunkAge,
                largestUnflushed,
                pageCacheBytes,
                other,
                mergeFanIn,
                largestMergedSpans,
                retention,
                marginBytes,
                cells);
    }

    public StoreSettings withMerging(int fanIn, long largestSpans) {
        return new StoreSettings(
                files,
                directory,
                decoders,
                clock,
                chunkBytes,
                chunkAge,
                largestUnflushed,
                pageCacheBytes,
                blockSettings,
                fanIn,
                largestSpans,
                retention,
                marginBytes,
                cells);
    }

    public StoreSettings withPageCache(long bytes) {
        return new StoreSettings(
                files,
                directory,
                decoders,
                clock,
                chunkBytes,
                chunkAge,
                largestUnflushed,
                bytes,
                blockSettings,
                mergeFanIn,
                largestMergedSpans,
                retention,
                marginBytes,
                cells);
    }

    public StoreSettings withRetention(RetentionRules rules) {
        return new StoreSettings(
                files,
                directory,
                decoders,
                clock,
                chunkBytes,
                chunkAge,
                largestUnflushed,
                pageCacheBytes,
                blockSettings,
                mergeFanIn,
                largestMergedSpans,
                rules,
                marginBytes,
                cells);
    }

    public StoreSettings withMargin(long bytes) {
        return new StoreSettings(
                files,
                directory,
                decoders,
                clock,
                chunkBytes,
                chunkAge,
                largestUnflushed,
                pageCacheBytes,
                blockSettings,
                mergeFanIn,
                largestMergedSpans,
                retention,
                bytes,
                cells);
    }

    /** How much is kept of cells. */
    public StoreSettings withCells(CellDirectory.Limits limits) {
        return new StoreSettings(
                files,
                directory,
                decoders,
                clock,
                chunkBytes,
                chunkAge,
                largestUnflushed,
                pageCacheBytes,
                blockSettings,
                mergeFanIn,
                largestMergedSpans,
                retention,
                marginBytes,
                limits);
    }
}
