package io.clew.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A network like that of a container: a Linux network name space of its own, joined to the machine's by a pair of
 * virtual devices, with the machine as its default gateway. Needs root and iproute2.
 */
final class ContainerNetwork implements AutoCloseable {

    /** The machine's address on the pair, and the container's; from RFC 2544's range for such tests. */
    static final String MACHINE = "198.18.77.1";

    private static final String CONTAINER = "198.18.77.2";

    private final String name = "clew-" + ProcessHandle.current().pid();
    private final String outside = "cl" + ProcessHandle.current().pid() + "o";
    private final String inside = "cl" + ProcessHandle.current().pid() + "i";

    ContainerNetwork() throws IOException, InterruptedException {
        try {
            ip("netns add " + name);
            ip("link add " + outside + " type veth peer name " + inside + " netns " + name);
            ip("addr add " + MACHINE + "/30 dev " + outside);
            ip("link set " + outside + " up");
            ip("-n " + name + " addr add " + CONTAINER + "/30 dev " + inside);
            ip("-n " + name + " link set " + inside + " up");
            ip("-n " + name + " link set lo up");
            ip("-n " + name + " route add default via " + MACHINE);
        } catch (IOException | InterruptedException | AssertionError e) {
            close();
            throw e;
        }
    }

    /** The command, run in here. */
    List<String> inside(List<String> command) {
        var all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(command);
        return all;
    }

    private static void ip(String arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments.split(" ", -1)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("ip %s: %s", arguments, said).isZero();
    }

    /** The devices go with the name space. */
    @Override
    public void close() throws IOException {
        new ProcessBuilder("ip", "netns", "delete", name).start().onExit().join();
    }
}
