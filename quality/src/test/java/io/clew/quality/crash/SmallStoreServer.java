package io.clew.quality.crash;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpJsonDecoder;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.RequestDecoder;
import io.clew.server.config.ServerConfig;
import io.clew.server.life.ClewServer;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The server as {@code up} runs it, but with a store that flushes every 200 ms or 256 KiB and unites every three blocks:
 * so that seconds of load pass through many flushes and merges. First argument: the data directory.
 */
public final class SmallStoreServer {
    private SmallStoreServer() {}

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        ByteBudget budget = new ByteBudget(256 << 20);
        List<RequestDecoder> decoders = List.of(new OtlpProtobufDecoder(budget), new OtlpJsonDecoder(budget));
        ClewServer server = ClewServer.start(
                ServerConfig.onFreePorts(data),
                "crash",
                config -> EmbeddedStore.open(StoreSettings.of(new DiskFiles(), config.dataDirectory(), decoders)
                        .withChunk(256 << 10, Duration.ofMillis(200))
                        .withMerging(3, 4_000_000)));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop"));
        new CountDownLatch(1).await();
    }

    private static void stop(ClewServer server) {
        int code = 0;
        try {
            server.close();
        } catch (IOException failure) {
            System.err.println("stopping failed: " + failure);
            code = 1;
        }
        Runtime.getRuntime().halt(code);
    }
}
