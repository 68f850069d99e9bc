package io.clew.server.life;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.clew.server.config.Ports;
import io.clew.server.net.Address;
import io.clew.server.net.Binding;
import io.clew.server.net.Door;
import io.clew.server.net.PortOwner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** All ports, served by one Armeria server; a request goes to the door of the port it came by. */
final class Doorway implements HttpService, AutoCloseable {
    private static final int LONGEST_LINE = 64 << 10;
    /** Longer than the clients keep idle connections (OkHttp: 5 minutes), so that it is never us who closes first. */
    private static final Duration IDLE = Duration.ofMinutes(10);
    /** A request, body included, that is not answered by then is answered 503. Queries have a deadline of their own. */
    private static final Duration LONGEST_REQUEST = Duration.ofMinutes(2);

    /** So long after a stop begins requests are taken that an HTTP/2 client sent before it heard of it. */
    private static final Duration DRAIN = Duration.ofMillis(100);

    private final Map<Door, HttpService> services;
    private final Binding binding;
    private final Server server;
    private volatile Map<Integer, Door> doors = Map.of();

    private Doorway(Binding binding, Ports ports, Map<Door, HttpService> services) {
        this.services = services;
        this.binding = binding;
        ServerBuilder builder = Server.builder()
                .defaultHostname("localhost")
                .workerGroup(EventLoops.workers(Math.max(2, Runtime.getRuntime().availableProcessors())), true)
                .bossGroupFactory(EventLoops::acceptor)
                .idleTimeout(IDLE)
                .requestTimeout(LONGEST_REQUEST)
                .maxRequestLength(0)
                .http1MaxInitialLineLength(LONGEST_LINE)
                .http1MaxHeaderSize(LONGEST_LINE)
                .http2MaxHeaderListSize(LONGEST_LINE)
                .connectionDrainDuration(DRAIN)
                .gracefulShutdownTimeout(Duration.ofMillis(50), Duration.ofSeconds(5))
                .disableServerHeader()
                .service(Route.ofCatchAll(), this);
        for (Map.Entry<Door, Integer> port : wanted(ports).entrySet()) {
            for (InetSocketAddress socket : binding.sockets(port.getValue())) {
                builder.port(new ServerPort(socket, SessionProtocol.HTTP));
            }
        }
        server = builder.build();
    }

    /**
     * Opens all doors or none.
     *
     * @throws StartException naming the port that is taken and by whom
     */
    static Doorway open(Binding binding, Ports ports, Map<Door, HttpService> services) throws StartException {
        Doorway doorway = new Doorway(binding, ports, services);
        try {
            doorway.server.start().join();
        } catch (CompletionException e) {
            doorway.server.stop().join();
            throw whyNot(binding, ports, e.getCause() == null ? e : e.getCause());
        }
        doorway.assignDoors(ports);
        return doorway;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
        Door door = doors.get(context.localAddress().getPort());
        HttpService service = door == null ? null : services.get(door);
        return service == null
                ? HttpResponse.of(HttpStatus.SERVICE_UNAVAILABLE, MediaType.PLAIN_TEXT_UTF_8, "starting\n")
                : service.serve(context, request);
    }

    List<Address> addresses() {
        List<Address> addresses = new ArrayList<>();
        for (Door door : Door.values()) {
            doors.forEach((port, of) -> {
                if (of == door) {
                    addresses.add(binding.address(door, port));
                }
            });
        }
        return addresses;
    }

    /** Waits for answers under way, at most 5 s, then stops listening. */
    @Override
    public void close() {
        server.stop().join();
    }

    // Armeria tells the ports that are open in the order in which they were asked for, not for which door: the fixed
    // ones
    // are known, the free ones are handed out in order.
    private void assignDoors(Ports ports) {
        List<Integer> open = server.activePorts().values().stream()
                .map(port -> port.localAddress().getPort())
                .distinct()
                .toList();
        Map<Door, Integer> wanted = wanted(ports);
        List<Integer> free = new ArrayList<>(
                open.stream().filter(port -> !wanted.containsValue(port)).toList());
        Map<Integer, Door> assigned = new HashMap<>();
        wanted.forEach((door, port) -> assigned.put(port != 0 ? port : free.removeFirst(), door));
        doors = Map.copyOf(assigned);
    }

    private static Map<Door, Integer> wanted(Ports ports) {
        Map<Door, Integer> wanted = new EnumMap<>(Door.class);
        wanted.put(Door.OTLP_GRPC, ports.otlpGrpc());
        wanted.put(Door.OTLP_HTTP, ports.otlpHttp());
        wanted.put(Door.UI, ports.ui());
        return wanted;
    }

    private static StartException whyNot(Binding binding, Ports ports, Throwable cause) {
        for (Map.Entry<Door, Integer> port : wanted(ports).entrySet()) {
            for (InetSocketAddress socket : binding.sockets(port.getValue())) {
                try (ServerSocket probe = new ServerSocket()) {
                    probe.setReuseAddress(true);
                    probe.bind(socket);
                } catch (IOException e) {
                    return new StartException(whyNot(port.getKey(), socket, e), cause);
                }
            }
        }
        return new StartException("cannot open the ports: " + cause.getMessage(), cause);
    }

    private static String whyNot(Door door, InetSocketAddress socket, IOException e) {
        String message = String.valueOf(e.getMessage());
        String where = socket.getAddress().getHostAddress() + " port " + socket.getPort();
        if (message.contains("in use")) {
            return "port " + socket.getPort() + " (" + door.title() + ") is taken by "
                    + PortOwner.of(socket.getPort()).orElse("another process")
                    + "; stop that one, or move all ports of this one with --port-offset N";
        }
        if (message.contains("assign")) {
            return "cannot listen on " + where + ": this machine does not have that address; --bind names another";
        }
        return "cannot listen on " + where + " (" + door.title() + "): " + message;
    }
}
