package io.clew.server.life;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpJsonDecoder;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.RequestDecoder;
import io.clew.server.config.ServerConfig;
import io.clew.server.config.StoreConfig;
import io.clew.store.TraceStore;
import io.clew.store.cells.CellDirectory;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * Opens the embedded store with the decoders that its log may need and as the settings say; of a small heap it takes no
 * more than shares: up to five chunks of the head a ninth each of what
 * is beyond 128 MiB, pages of blocks an eighth.
 */
public final class EmbeddedStoreOpener implements StoreOpener {
    private static final long WITHOUT_CHUNKS = 128L << 20;
    private static final long LARGEST_MARGIN = 16L << 20;

    private static long largestChunk(long heap) {
        return Math.max(heap / 32, (heap - WITHOUT_CHUNKS) / 9);
    }

    @Override
    public TraceStore open(ServerConfig config) throws IOException {
        ByteBudget unlimited = ByteBudget.unlimited();
        List<RequestDecoder> decoders = List.of(new OtlpProtobufDecoder(unlimited), new OtlpJsonDecoder(unlimited));
        long disk = Files.getFileStore(config.dataDirectory()).getTotalSpace();
        StoreConfig store = config.store();
        long heap = Runtime.getRuntime().maxMemory();
        return EmbeddedStore.open(StoreSettings.of(new DiskFiles(), config.dataDirectory(), decoders)
                .withChunk(Math.min(store.chunkBytes(), largestChunk(heap)), store.chunkAge())
                .withLargestUnflushed(store.unflushedBytes())
                .withPageCache(Math.min(store.pageCacheBytes(), heap / 8))
                .withMerging(store.mergeFanIn(), store.mergeSpans())
                .withRetention(config.retention().on(disk))
                .withMargin(Math.min(LARGEST_MARGIN, disk / 16))
                .withCells(new CellDirectory.Limits(
                        config.analysis().age(),
                        config.analysis().bytes().of(disk),
                        Math.min(LARGEST_MARGIN, disk / 16))));
    }
}
