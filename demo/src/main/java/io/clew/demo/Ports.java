package io.clew.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The ports of the demo, all on 127.0.0.1.
 *
 * @param offset added to every port, the server's included; 0 to 48,000
 */
record Ports(int offset) {

    static final int MAX_OFFSET = 48_000;

    int storefront() {
        return 17_081 + offset;
    }

    int orders() {
        return 17_082 + offset;
    }

    int stock() {
        return 17_083 + offset;
    }

    int database() {
        return 17_084 + offset;
    }

    int otlpHttp() {
        return 4_318 + offset;
    }

    int ui() {
        return 16_686 + offset;
    }

    /** Those ports that something else has, by what they are for. */
    Map<Integer, String> taken() {
        var wanted = new LinkedHashMap<Integer, String>();
        wanted.put(4_317 + offset, "Clew, OTLP/gRPC");
        wanted.put(otlpHttp(), "Clew, OTLP/HTTP");
        wanted.put(ui(), "Clew, UI");
        wanted.put(storefront(), "storefront");
        wanted.put(orders(), "orders");
        wanted.put(stock(), "stock");
        wanted.put(database(), "H2");
        var taken = new TreeMap<Integer, String>();
        wanted.forEach((port, use) -> {
            if (!free(port)) {
                taken.put(port, use);
            }
        });
        return taken;
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether something accepts connections; nothing is sent, so that no span comes of asking. */
    static boolean open(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
