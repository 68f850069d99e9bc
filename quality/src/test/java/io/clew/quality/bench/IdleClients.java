package io.clew.quality.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Exporters that have sent one empty request each over HTTP/1.1, keep their connection, and send nothing more. */
final class IdleClients implements AutoCloseable {
    private static final byte[] REQUEST = """
            POST /v1/traces HTTP/1.1
            Host: 127.0.0.1
            Content-Type: application/x-protobuf
            Content-Length: 0

            """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);

    private final List<Socket> sockets = new ArrayList<>();

    /** @throws IOException when one of them is not answered with 200 */
    IdleClients(int port, int count) throws IOException {
        try {
            for (int i = 0; i < count; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                sockets.add(socket);
                socket.getOutputStream().write(REQUEST);
                InputStream in = socket.getInputStream();
                byte[] head = in.readNBytes("HTTP/1.1 200".length());
                if (!new String(head, StandardCharsets.US_ASCII).equals("HTTP/1.1 200")) {
                    throw new IOException(
                            "client " + i + " was answered " + new String(head, StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    int count() {
        return sockets.size();
    }

    @Override
    public void close() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                Progress.say("an idle client could not be closed: %s", e);
            }
        }
    }
}
