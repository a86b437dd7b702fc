package org.turing.runtime.app.settings;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.apache.pekko.pki.pem.DERPrivateKeyLoader;
import org.apache.pekko.pki.pem.PEMDecoder;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.cluster.TlsFiles;

/**
 * Looks at the files for TLS before anything listens: with one that is wrong a node would start, and be refused by the
 * others without a word that helps.
 */
final class TlsCheck {

    private static final byte[] SAMPLE = "turing".getBytes(StandardCharsets.UTF_8);

    /** Pekko reads RSA keys only. */
    private static final String ALGORITHM = "SHA256withRSA";

    /** What is wrong with which setting. */
    record Problem(String key, String what) {}

    private final TlsFiles files;

    TlsCheck(TlsFiles files) {
        this.files = files;
    }

    /** The first problem, or null. */
    @Nullable
    Problem find() {
        try {
            X509Certificate ca = certificate(ClusterSource.CA, files.ca());
            X509Certificate own = certificate(ClusterSource.CERTIFICATE, files.certificate());
            PrivateKey key = key();
            if (!isSignedBy(own, ca)) {
                return new Problem(
                        ClusterSource.CERTIFICATE,
                        "is not signed by the CA of " + ClusterSource.CA
                                + ". Fix: name the files that belong together");
            }
            if (!fits(key, own)) {
                return new Problem(
                        ClusterSource.KEY,
                        "is not the key of " + ClusterSource.CERTIFICATE
                                + ". Fix: name the files that belong together");
            }
            return null;
        } catch (Unusable unusable) {
            return unusable.problem;
        }
    }

    private static X509Certificate certificate(String setting, Path file) throws Unusable {
        byte[] bytes = read(setting, file);
        try {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
            certificate.checkValidity();
            return certificate;
        } catch (CertificateExpiredException expired) {
            throw new Unusable(setting, "is no longer valid: " + expired.getMessage() + ". Fix: make a new one");
        } catch (GeneralSecurityException | ClassCastException other) {
            throw new Unusable(setting, "is no certificate that is valid now, as PEM: " + other.getMessage());
        }
    }

    private PrivateKey key() throws Unusable {
        byte[] bytes = read(ClusterSource.KEY, files.key());
        try {
            return DERPrivateKeyLoader.load(PEMDecoder.decode(new String(bytes, StandardCharsets.UTF_8)));
        } catch (Exception notAKey) { // Pekko's PEMLoadingException, which it does not declare, and others
            throw new Unusable(
                    ClusterSource.KEY,
                    "is no RSA private key without a password, as PEM: " + notAKey.getMessage()
                            + ". Fix: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW");
        }
    }

    private static byte[] read(String setting, Path file) throws Unusable {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new Unusable(
                    setting,
                    Files.exists(file)
                            ? "can't be read: " + unreadable.getClass().getSimpleName()
                                    + ". Fix: let the runtime's user read it"
                            : "does not exist");
        }
    }

    private static boolean isSignedBy(X509Certificate certificate, X509Certificate ca) {
        try {
            certificate.verify(ca.getPublicKey());
            return true;
        } catch (GeneralSecurityException anotherCa) {
            return false;
        }
    }

    private static boolean fits(PrivateKey key, X509Certificate certificate) {
        try {
            Signature signing = Signature.getInstance(ALGORITHM);
            signing.initSign(key);
            signing.update(SAMPLE);
            byte[] signed = signing.sign();
            Signature verifying = Signature.getInstance(ALGORITHM);
            verifying.initVerify(certificate);
            verifying.update(SAMPLE);
            return verifying.verify(signed);
        } catch (GeneralSecurityException anotherKind) {
            return false;
        }
    }

    private static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;

        Unusable(String setting, String what) {
            super(what);
            this.problem = new Problem(setting, what);
        }
    }
}
