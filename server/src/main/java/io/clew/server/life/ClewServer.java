package io.clew.server.life;

import com.linecorp.armeria.server.HttpService;
import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.DecodeLimits;
import io.clew.model.RequestDecoder;
import io.clew.server.api.ClewApi;
import io.clew.server.api.StatusRoute;
import io.clew.server.config.ServerConfig;
import io.clew.server.intake.Intake;
import io.clew.server.intake.StoreGate;
import io.clew.server.net.Address;
import io.clew.server.net.AddressFile;
import io.clew.server.net.Binding;
import io.clew.server.net.Door;
import io.clew.server.otlp.Exports;
import io.clew.server.otlp.OtlpDoor;
import io.clew.server.query.Queries;
import io.clew.server.telemetry.Counters;
import io.clew.server.telemetry.Metrics;
import io.clew.server.telemetry.TimeToVisible;
import io.clew.server.ui.UiDoor;
import io.clew.store.TraceStore;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A whole running server: everything is wired here, by hand. Starting takes the data directory, opens the doors, then
 * recovers the store; until that is done the doors answer that it is not. Stopping goes the other way round.
 */
public final class ClewServer implements AutoCloseable {
    private final ServerConfig config;
    private final StoreGate gate = new StoreGate();
    private final Counters counters = new Counters();
    private final TimeToVisible timeToVisible = new TimeToVisible();
    private final ByteBudget budget = ByteBudget.quarterOfHeap();
    private final Intake intake;
    private final Queries queries;
    private final Binding binding;
    private final DataDirectory directory;
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
        DataDirectory directory = DataDirectory.take(config.dataDirectory());
        ClewServer server;
        try {
            server = new ClewServer(config, version, binding, directory);
        } catch (StartException | RuntimeException e) {
            giveBack(directory, e);
            throw e;
        }
        try {
            AddressFile.write(directory.path(), server.addresses());
            TraceStore store = opener.open(directory.path());
            server.store = store;
            server.gate.open(store);
            return server;
        } catch (IOException | RuntimeException e) {
            try {
                server.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            if (e instanceof IOException io) {
                throw new StartException(
                        "cannot open the data directory " + directory.path() + ": "
                                + DataDirectory.reason(io, directory.path()),
                        e);
            }
            throw (RuntimeException) e;
        }
    }

    private ClewServer(ServerConfig config, String version, Binding binding, DataDirectory directory)
            throws StartException {
        this.config = config;
        this.binding = binding;
        this.directory = directory;
        this.intake = new Intake(gate, counters, timeToVisible, DecodeLimits.DEFAULT, this::decoders);
        this.queries = new Queries(gate, config.queryTimeout());
        Exports exports = new Exports(intake, budget);
        StatusRoute status = new StatusRoute(
                new StatusRoute.About(version, Instant.now(), directory.path(), config.bind(), () -> addresses()),
                gate,
                counters,
                timeToVisible);
        ClewApi api = new ClewApi(queries, status);
        Map<Door, HttpService> services = new EnumMap<>(Door.class);
        services.put(Door.OTLP_GRPC, new OtlpDoor(exports, counters, Door.OTLP_GRPC.label(), false));
        services.put(Door.OTLP_HTTP, new OtlpDoor(exports, counters, Door.OTLP_HTTP.label(), true));
        services.put(Door.UI, UiDoor.of(api, metrics(), counters, gate, binding, config.allowedHosts()));
        this.doorway = Doorway.open(binding, config.ports(), services);
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
        gate.close("stopping");
        try {
            if (store != null) {
                store.close();
            }
        } finally {
            AddressFile.remove(directory.path());
            directory.close();
        }
    }

    private List<RequestDecoder> decoders() {
        return List.of(new OtlpProtobufDecoder(budget));
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
                            () -> Optional.ofNullable(gate.store()).map(TraceStore::stats));
                    made = known;
                }
                return known;
            }
        };
    }

    private static void giveBack(DataDirectory directory, Exception because) {
        try {
            directory.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }
}
