package io.clew.server.life;

import com.linecorp.armeria.server.HttpService;
import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpJsonDecoder;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.DecodeLimits;
import io.clew.model.RequestDecoder;
import io.clew.server.api.ClewApi;
import io.clew.server.api.RedMetrics;
import io.clew.server.api.StatusRoute;
import io.clew.server.config.ServerConfig;
import io.clew.server.intake.Intake;
import io.clew.server.intake.StoreGate;
import io.clew.server.jaeger.JaegerApi;
import io.clew.server.net.Address;
import io.clew.server.net.AddressFile;
import io.clew.server.net.Binding;
import io.clew.server.net.Door;
import io.clew.server.otlp.Exports;
import io.clew.server.otlp.NotTaken;
import io.clew.server.otlp.OtlpDoor;
import io.clew.server.query.Queries;
import io.clew.server.telemetry.Counters;
import io.clew.server.telemetry.Metrics;
import io.clew.server.telemetry.TimeToVisible;
import io.clew.server.ui.UiDoor;
import io.clew.store.AppendResult;
import io.clew.store.TraceStore;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole running server: everything is wired here, by hand. Starting opens the doors, then recovers the store;
 * until that is done the doors answer that it is not. Stopping goes the other way round.
 */
public final class ClewServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClewServer.class);

    private final ServerConfig config;
    private final StoreGate gate = new StoreGate();
    private final Counters counters = new Counters();
    private final TimeToVisible timeToVisible = new TimeToVisible();
    private final ByteBudget budget;
    private final LiveAnalysis live;
    private final Intake intake;
    private final Queries queries;
    private final Binding binding;
    private final Path directory;
    private final Doorway doorway;
    private @Nullable TraceStore store;
    private boolean closed;

    /**
     * Starts and returns when the server is ready.
     *
     * @throws StartException with everything taken so far given back
     */
    public static ClewServer start(ServerConfig config, String version, StoreOpener opener) throws StartException {
        Binding binding;
        try {
            binding = Binding.of(config.bind());
        } catch (UnknownHostException e) {
            throw new StartException("cannot listen on '" + config.bind() + "': there is no such address", e);
        }
        DataDirectory.make(config.dataDirectory());
        ClewServer server = new ClewServer(config, version, binding);
        try {
            TraceStore store = opener.open(config);
            server.store = store;
            server.tellAddresses();
            server.gate.open(store);
            server.live.start();
            return server;
        } catch (IOException | RuntimeException e) {
            try {
                server.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            if (e instanceof IOException io) {
                throw DataDirectory.cannotOpen(server.directory, io);
            }
            throw (RuntimeException) e;
        }
    }

    private ClewServer(ServerConfig config, String version, Binding binding) throws StartException {
        this.config = config;
        this.binding = binding;
        this.directory = config.dataDirectory();
        this.live = new LiveAnalysis(gate, config.analysis());
        this.budget = new ByteBudget(
                config.limits().inFlight().of(Runtime.getRuntime().maxMemory()));
        DecodeLimits limits =
                new DecodeLimits(config.limits().bodyBytes(), config.limits().depth());
        this.intake = new Intake(gate, counters, timeToVisible, limits, live::arriving, this::decoders);
        this.queries = new Queries(gate, config.queryTimeout());
        Exports exports = new Exports(intake, new NotTaken(budget, counters), budget);
        StatusRoute status = new StatusRoute(
                new StatusRoute.About(version, Instant.now(), directory, config.bind(), () -> addresses()),
                gate,
                counters,
                timeToVisible,
                live::state);
        ClewApi api = new ClewApi(queries, status, live.cells(), gate, config.snapshotsDirectory());
        Map<Door, HttpService> services = new EnumMap<>(Door.class);
        services.put(Door.OTLP_GRPC, new OtlpDoor(exports, counters, Door.OTLP_GRPC.label(), false));
        services.put(Door.OTLP_HTTP, new OtlpDoor(exports, counters, Door.OTLP_HTTP.label(), true));
        services.put(
                Door.UI,
                UiDoor.of(
                        api,
                        new JaegerApi(queries),
                        metrics(),
                        new RedMetrics(queries, live.cells(), config.analysis().live()),
                        counters,
                        gate,
                        binding,
                        config.allowedHosts()));
        this.doorway = Doorway.open(binding, config.ports(), services);
    }

    // A full disk must not keep what is stored from being read.
    private void tellAddresses() {
        try {
            AddressFile.write(directory, addresses());
        } catch (IOException e) {
            String reason = "cannot write to " + directory + ": " + DataDirectory.reason(e);
            LOG.warn("{}; what is stored can be read, spans are refused until this is mended", reason);
            gate.appended(new AppendResult.Failed(reason));
        }
    }

    /** Where the doors are. */
    public List<Address> addresses() {
        return doorway.addresses();
    }

    public ServerConfig config() {
        return config;
    }

    /** Whether containers on this machine cannot reach the server. */
    public boolean isLoopback() {
        return binding.isLoopback();
    }

    /** Bytes that requests in flight hold at present, and may hold. */
    public ByteBudget budget() {
        return budget;
    }

    /** Stops the doors, waits for what is under way, flushes the store. A second call does nothing. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        doorway.close();
        intake.close();
        queries.close();
        live.close();
        gate.close("stopping");
        try {
            if (store != null) {
                AddressFile.remove(directory);
            }
        } finally {
            if (store != null) {
                store.close();
            }
        }
    }

    private List<RequestDecoder> decoders() {
        return List.of(new OtlpProtobufDecoder(budget), new OtlpJsonDecoder(budget));
    }

    private double diskFree() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException unknown) {
            return Double.NaN;
        }
    }

    // Made at the first reading: it takes a while, and most starts are not followed by one at once.
    private Supplier<Metrics> metrics() {
        return new Supplier<>() {
            private @Nullable Metrics made;

            @Override
            public synchronized Metrics get() {
                Metrics known = made;
                if (known == null) {
                    known = new Metrics(
                            counters,
                            timeToVisible,
                            () -> Optional.ofNullable(gate.store()).map(TraceStore::stats),
                            live::state,
                            () -> gate.notWritableBecause() == null,
                            () -> diskFree());
                    made = known;
                }
                return known;
            }
        };
    }
}
