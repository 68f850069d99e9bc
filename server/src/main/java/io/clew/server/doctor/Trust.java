package io.clew.server.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Which TLS certificates are believed: the JVM's, or those of one file.
 *
 * @param factory for libraries with a TLS of their own
 * @param context for the JDK's
 */
record Trust(TrustManagerFactory factory, SSLContext context) {

    /**
     * Reads what to believe.
     *
     * @param certificates a PEM file, as {@code OTEL_EXPORTER_OTLP_CERTIFICATE} names it; null for the JVM's own
     * @throws IOException the file cannot be read or holds no certificate
     */
    static Trust of(@Nullable Path certificates) throws IOException {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(certificates == null ? null : store(certificates));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return new Trust(factory, context);
        } catch (GeneralSecurityException e) {
            throw new IOException(certificates + ": " + e.getMessage(), e);
        }
    }

    private static KeyStore store(Path certificates) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificates)) {
            int read = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("certificate-" + read++, certificate);
            }
            if (read == 0) {
                throw new IOException(certificates + " holds no certificate");
            }
        }
        return store;
    }
}
