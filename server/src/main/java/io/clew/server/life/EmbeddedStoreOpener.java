package io.clew.server.life;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpJsonDecoder;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.RequestDecoder;
import io.clew.server.config.ServerConfig;
import io.clew.store.RetentionRules;
import io.clew.store.TraceStore;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/**
 * Opens the embedded store with the decoders that its log may need and the retention that is set. Of a heap below 1 GiB
 * it takes the same shares as of that: up to five chunks of the head a sixteenth each, pages of blocks an eighth.
 */
public final class EmbeddedStoreOpener implements StoreOpener {
    private static final long LARGEST_CHUNK = 64L << 20;
    private static final Duration CHUNK_AGE = Duration.ofSeconds(10);
    private static final long LARGEST_PAGE_CACHE = 128L << 20;

    @Override
    public TraceStore open(ServerConfig config) throws IOException {
        ByteBudget unlimited = ByteBudget.unlimited();
        List<RequestDecoder> decoders = List.of(new OtlpProtobufDecoder(unlimited), new OtlpJsonDecoder(unlimited));
        long disk = Files.getFileStore(config.dataDirectory()).getTotalSpace();
        long heap = Runtime.getRuntime().maxMemory();
        return EmbeddedStore.open(StoreSettings.of(new DiskFiles(), config.dataDirectory(), decoders)
                .withChunk(Math.min(LARGEST_CHUNK, heap / 16), CHUNK_AGE)
                .withPageCache(Math.min(LARGEST_PAGE_CACHE, heap / 8))
                .withRetention(RetentionRules.NONE
                        .withBytes(config.retention().bytesOf(disk))
                        .withAge(
                                config.retention().age().isZero()
                                        ? RetentionRules.FOREVER
                                        : config.retention().age())));
    }
}
