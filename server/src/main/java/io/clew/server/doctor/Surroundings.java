package io.clew.server.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the doctor runs: in a container or not, and with which network.
 *
 * @param root of the file system; another than {@code /} only in tests
 */
record Surroundings(Path root, Environment environment) {

    private static final Pattern CONTAINER_GROUP = Pattern.compile("docker|kubepods|containerd|libpod|lxc|crio");

    /** What shows that this is a container or another network name space than the machine's own; empty when nothing does. */
    Optional<String> container() {
        for (String marker : new String[] {".dockerenv", "run/.containerenv"}) {
            if (Files.exists(root.resolve(marker))) {
                return Optional.of("/" + marker);
            }
        }
        if (!environment.variable("KUBERNETES_SERVICE_HOST").isEmpty()) {
            return Optional.of("KUBERNETES_SERVICE_HOST");
        }
        if (CONTAINER_GROUP.matcher(read("proc/1/cgroup")).find()) {
            return Optional.of("/proc/1/cgroup");
        }
        return inOtherNetworkThanInit() ? Optional.of("/proc/self/ns/net") : Optional.empty();
    }

    private boolean inOtherNetworkThanInit() {
        try {
            return !Files.readSymbolicLink(root.resolve("proc/self/ns/net"))
                    .equals(Files.readSymbolicLink(root.resolve("proc/1/ns/net")));
        } catch (IOException e) {
            // No such thing on this system, or not ours to read: then it shows nothing.
            return false;
        }
    }

    /** The default gateway, which from a container with a network of its own is the host; by Linux' /proc/net/route. */
    Optional<String> gateway() {
        return read("proc/net/route")
                .lines()
                .map(line -> line.split("\\s+", -1))
                .filter(fields -> fields.length > 2 && fields[1].equals("00000000") && fields[2].matches("[0-9A-F]{8}"))
                .map(fields -> dotted(Integer.parseUnsignedInt(fields[2], 16)))
                .findFirst();
    }

    private static String dotted(int littleEndian) {
        return (littleEndian & 0xff) + "." + (littleEndian >> 8 & 0xff) + "." + (littleEndian >> 16 & 0xff) + "."
                + (littleEndian >>> 24);
    }

    private String read(String file) {
        try {
            return Files.readString(root.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether a host's name stands for loopback. */
    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether a host's name stands for another address than loopback of this very machine. */
    static boolean isOwnAddress(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            return !address.isLoopbackAddress() && NetworkInterface.getByInetAddress(address) != null;
        } catch (UnknownHostException | SocketException e) {
            return false;
        }
    }
}
