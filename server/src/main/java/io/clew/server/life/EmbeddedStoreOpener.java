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
import java.util.List;

/** Opens the embedded store with the decoders that its log may need and the retention that is set. */
public final class EmbeddedStoreOpener implements StoreOpener {
    @Override
    public TraceStore open(ServerConfig config) throws IOException {
        ByteBudget unlimited = ByteBudget.unlimited();
        List<RequestDecoder> decoders = List.of(new OtlpProtobufDecoder(unlimited), new OtlpJsonDecoder(unlimited));
        long disk = Files.getFileStore(config.dataDirectory()).getTotalSpace();
        return EmbeddedStore.open(StoreSettings.of(new DiskFiles(), config.dataDirectory(), decoders)
                .withRetention(RetentionRules.NONE
                        .withBytes(config.retention().bytesOf(disk))
                        .withAge(
                                config.retention().age().isZero()
                                        ? RetentionRules.FOREVER
                                        : config.retention().age())));
    }
}
