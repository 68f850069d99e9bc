package io.clew.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exporters keep their connection between exports: a thousand that wait cost next to nothing, and none is cut. */
class IdleClientsTest {
    private static final int CLIENTS = 1000;
    private static final int MOST_CLIENTS = 4 * CLIENTS;
    private static final double MOST_MEBIBYTES = 20;
    private static final byte[] EXPORT_OF_NOTHING = String.join(
                    "\r\n",
                    "POST /v1/traces HTTP/1.1",
                    "Host: localhost",
                    "Content-Type: application/x-protobuf",
                    "Content-Length: 0",
                    "\r\n")
            .getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path scratch;

    @Test
    void aThousandIdleClientsAddLessThanTwentyMebibytes() throws IOException {
        try (ServerProcess server = ServerProcess.up(scratch.resolve("data"), List.of())) {
            int port = server.port("OTLP HTTP");
            // What the first requests load and compile, and the young heap they touch, is not the connections'.
            close(open(port));
            close(open(port));
            List<Socket> clients = new ArrayList<>();
            List<Double> mebibytes = new ArrayList<>(List.of(anonymousMebibytes(server.pid())));
            double least = Double.MAX_VALUE;
            // Each thousand stays beside the next, and takes what it takes; what the JVM's compilers take in between,
            // at a
            // moment of their own, they do not take every time.
            while (least >= MOST_MEBIBYTES && clients.size() < MOST_CLIENTS) {
                clients.addAll(open(port));
                mebibytes.add(anonymousMebibytes(server.pid()));
                int last = mebibytes.size() - 1;
                least = Math.min(least, mebibytes.get(last) - mebibytes.get(last - 1));
            }
            for (Socket client : clients) {
                export(client);
            }
            close(clients);
            assertThat(least)
                    .as("MiB of RssAnon, after each %d clients more: %s", CLIENTS, mebibytes)
                    .isLessThan(MOST_MEBIBYTES);
        }
    }

    private static List<Socket> open(int port) throws IOException {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
            client.setSoTimeout(120_000);
            clients.add(client);
            export(client);
        }
        return clients;
    }

    private static void export(Socket client) throws IOException {
        client.getOutputStream().write(EXPORT_OF_NOTHING);
        // A success says nothing in its body, so the answer ends with its head.
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int next = client.getInputStream().read();
            assertThat(next).as("after '%s'", answer).isNotNegative();
            answer.append((char) next);
        }
        assertThat(answer.toString()).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\n");
    }

    private static void close(List<Socket> clients) throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    private static double anonymousMebibytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException("no RssAnon of process " + pid);
    }
}
