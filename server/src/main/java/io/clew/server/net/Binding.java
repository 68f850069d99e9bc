package io.clew.server.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The address the doors listen on, in words and as socket addresses. {@code localhost} means both loopback addresses,
 * since tracers differ in which of them they take the name for.
 */
public final class Binding {
    private final String bind;
    private final List<InetAddress> addresses;

    private Binding(String bind, List<InetAddress> addresses) {
        this.bind = bind;
        this.addresses = addresses;
    }

    /**
     * Looks the address up.
     *
     * @param bind an address or a host name
     * @throws UnknownHostException when the name stands for no address
     */
    public static Binding of(String bind) throws UnknownHostException {
        if (!bind.equals("localhost")) {
            return new Binding(bind, List.of(InetAddress.getByName(bind)));
        }
        List<InetAddress> loopback = new ArrayList<>();
        loopback.add(InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1}));
        byte[] six = new byte[16];
        six[15] = 1;
        InetAddress sixth = InetAddress.getByAddress("localhost", six);
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(sixth, 0));
            loopback.add(sixth);
        } catch (IOException e) {
            // This machine has no IPv6 loopback: the other one is all there is.
        }
        return new Binding(bind, List.copyOf(loopback));
    }

    /** As it was given. */
    public String text() {
        return bind;
    }

    /** Where to listen for a port; with port 0 only the first address, since two would get different ports. */
    public List<InetSocketAddress> sockets(int port) {
        return (port == 0 ? addresses.subList(0, 1) : addresses)
                .stream().map(address -> new InetSocketAddress(address, port)).toList();
    }

    /** Whether only this machine can reach it. */
    public boolean isLoopback() {
        return addresses.stream().allMatch(InetAddress::isLoopbackAddress);
    }

    /** Whether it stands for all addresses of this machine. */
    public boolean isWildcard() {
        return addresses.getFirst().isAnyLocalAddress();
    }

    /** What a tracer must be given for this port. */
    public Address address(Door door, int port) {
        String host = isLoopback() && addresses.getFirst() instanceof Inet4Address || isWildcard()
                ? "127.0.0.1"
                : literal(addresses.getFirst());
        String container = null;
        if (isWildcard()) {
            container = "http://host.docker.internal:" + port;
        } else if (!isLoopback()) {
            container = "http://" + host + ":" + port;
        }
        return new Address(door, port, "http://" + host + ":" + port, container);
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        String bare = zone < 0 ? text : text.substring(0, zone);
        return address instanceof Inet6Address ? "[" + bare + "]" : bare;
    }
}
