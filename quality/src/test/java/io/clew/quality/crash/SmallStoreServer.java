package io.clew.quality.crash;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpJsonDecoder;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.RequestDecoder;
import io.clew.model.TraceId;
import io.clew.server.config.ServerConfig;
import io.clew.server.life.ClewServer;
import io.clew.store.RetentionRules;
import io.clew.store.TraceStore;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * The server as {@code up} runs it, but with a store that flushes every 200 ms or 256 KiB and unites every three blocks:
 * so that seconds of load pass through many flushes and merges. Traces of the service {@link #RETIRED} go a second after
 * they came. A line {@code delete TRACE-ID} on its input deletes a trace and is answered by {@code deleted TRACE-ID}. First
 * argument: the data directory.
 */
public final class SmallStoreServer {
    /** The service whose traces retention takes. */
    static final String RETIRED = "crash-retired";

    private static final RetentionRules RULES = new RetentionRules(
            RetentionRules.FOREVER,
            Map.of(RETIRED, Duration.ofSeconds(1)),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofSeconds(1),
            RetentionRules.FOREVER,
            0);

    private SmallStoreServer() {}

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        ByteBudget budget = new ByteBudget(256 << 20);
        List<RequestDecoder> decoders = List.of(new OtlpProtobufDecoder(budget), new OtlpJsonDecoder(budget));
        CompletableFuture<TraceStore> opened = new CompletableFuture<>();
        ClewServer server = ClewServer.start(ServerConfig.onFreePorts(data), "crash", config -> {
            TraceStore store = EmbeddedStore.open(StoreSettings.of(new DiskFiles(), config.dataDirectory(), decoders)
                    .withChunk(256 << 10, Duration.ofMillis(200))
                    .withMerging(3, 4_000_000)
                    .withRetention(RULES));
            opened.complete(store);
            return store;
        });
        Thread.ofPlatform().daemon().name("deletions").start(() -> delete(opened.join()));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop"));
        new CountDownLatch(1).await();
    }

    private static void delete(TraceStore store) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                delete(store, line.substring("delete ".length()));
            }
        } catch (IOException failure) {
            System.out.println("no deletion is asked for any more: " + failure);
        }
    }

    private static void delete(TraceStore store, String id) {
        try {
            store.delete(List.of(TraceId.parse(id)));
            System.out.println("deleted " + id);
        } catch (IOException | RuntimeException failure) {
            System.out.println("not deleted: " + id + ": " + failure);
        }
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
