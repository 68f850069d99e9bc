package io.clew.server.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Recognises what listens on a port by how it takes the first bytes of HTTP/2 (RFC 9113 section 3.4: the client's
 * preface and SETTINGS, which an HTTP/2 server answers with its own SETTINGS) and, for {@code https}, a TLS handshake.
 */
final class Peer {

    /** What the peer speaks; HTTP/2 servers may speak HTTP/1 beside it. */
    enum Speaks {
        HTTP1,
        HTTP2
    }

    /**
     * What was recognised.
     *
     * @param speaks null when {@code failure} tells why nothing was
     */
    record Sight(@Nullable Speaks speaks, @Nullable Outcome failure) {}

    static final int CONNECT_MILLIS = 3_000;
    static final int READ_MILLIS = 5_000;

    /** The preface and an empty SETTINGS frame: length 0, type 4, no flags, stream 0. */
    private static final byte[] HELLO =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

    private static final int SETTINGS = 4;
    private static final int TLS_ALERT = 0x15;
    private static final int SSL_MAJOR = 3;

    private Peer() {}

    /** Connects and looks; takes at most the two time limits above, twice. */
    static Sight look(Target target, SSLContext trust) {
        InetAddress address;
        try {
            address = InetAddress.getByName(target.host());
        } catch (UnknownHostException e) {
            return failed(new Outcome.UnknownHost());
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, target.port()), CONNECT_MILLIS);
            socket.setSoTimeout(READ_MILLIS);
            return target.tls() ? lookBehindTls(socket, target, trust) : lookInClear(socket, target, trust);
        } catch (SocketTimeoutException e) {
            return failed(new Outcome.Unreachable("timed out after " + CONNECT_MILLIS / 1000 + " s"));
        } catch (ConnectException e) {
            return failed(reason(e).contains("refused") ? new Outcome.Refused() : new Outcome.Unreachable(reason(e)));
        } catch (IOException e) {
            return failed(new Outcome.Unreachable(reason(e)));
        }
    }

    private static Sight lookInClear(Socket socket, Target target, SSLContext trust) {
        byte[] read;
        try {
            read = greet(socket);
        } catch (SocketTimeoutException e) {
            return failed(new Outcome.NoAnswer("silent for " + READ_MILLIS / 1000 + " s"));
        } catch (IOException e) {
            read = new byte[0];
        }
        if (read.length >= 2 && read[0] == TLS_ALERT && read[1] == SSL_MAJOR) {
            return failed(new Outcome.WantsTls());
        }
        if (read.length == 0) {
            // Some servers close on what is not TLS without a word.
            return failed(speaksTls(target, trust) ? new Outcome.WantsTls() : new Outcome.NoAnswer("closed at once"));
        }
        return recognise(read);
    }

    private static Sight lookBehindTls(Socket socket, Target target, SSLContext trust) {
        try (SSLSocket tls = handshake(socket, target, trust)) {
            String chosen = tls.getApplicationProtocol();
            return new Sight(chosen.equals("h2") ? Speaks.HTTP2 : Speaks.HTTP1, null);
        } catch (IOException e) {
            String distrust = distrust(e);
            if (distrust != null) {
                return failed(new Outcome.Untrusted(distrust));
            }
            // A server of cleartext hangs up on a TLS greeting, or answers it with nonsense; then it must answer in the
            // clear.
            Sight inClear = look(target.withTls(false), trust);
            return failed(inClear.speaks() == null ? new Outcome.NoAnswer("TLS: " + reason(e)) : new Outcome.NoTls());
        }
    }

    private static boolean speaksTls(Target target, SSLContext trust) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS);
            socket.setSoTimeout(READ_MILLIS);
            handshake(socket, target, trust).close();
            return true;
        } catch (SSLHandshakeException e) {
            return distrust(e) != null;
        } catch (IOException e) {
            return false;
        }
    }

    private static SSLSocket handshake(Socket socket, Target target, SSLContext trust) throws IOException {
        var tls = (SSLSocket) trust.getSocketFactory().createSocket(socket, target.host(), target.port(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(
                target.wire() == Target.Wire.GRPC ? new String[] {"h2", "http/1.1"} : new String[] {"http/1.1", "h2"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    private static byte[] greet(Socket socket) throws IOException {
        socket.getOutputStream().write(HELLO);
        socket.getOutputStream().flush();
        return socket.getInputStream().readNBytes(6);
    }

    private static Sight recognise(byte[] read) {
        if (read.length >= 4 && read[3] == SETTINGS && read[0] == 0) {
            return new Sight(Speaks.HTTP2, null);
        }
        if (new String(read, StandardCharsets.ISO_8859_1).startsWith("HTTP/")) {
            return new Sight(Speaks.HTTP1, null);
        }
        return failed(new Outcome.NoAnswer("not HTTP"));
    }

    /** The certificate's fault in a failed handshake, or null when it failed over something else. */
    static @Nullable String distrust(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
                return reason(cause);
            }
        }
        return null;
    }

    static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static Sight failed(Outcome outcome) {
        return new Sight(null, outcome);
    }
}
