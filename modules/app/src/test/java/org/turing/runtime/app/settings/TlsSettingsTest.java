package org.turing.runtime.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.actors.cluster.TlsFiles;

/** Files for TLS that can't work are refused at the start, each with what is wrong with it. */
class TlsSettingsTest {

    private static final String CERTIFICATE = "turing.cluster.tls.certificate";
    private static final String KEY = "turing.cluster.tls.key";
    private static final String CA = "turing.cluster.tls.ca";

    @TempDir
    Path folder;

    private final Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void make() throws Exception {
        TestCertificates.make(folder, "node");
        TestCertificates.make(folder.resolve("other"), "node");
        settings.put(CERTIFICATE, folder.resolve("node.crt").toString());
        settings.put(KEY, folder.resolve("node.key").toString());
        settings.put(CA, folder.resolve("ca.crt").toString());
    }

    @Test
    void filesThatBelongTogetherAreTaken() throws SettingsException {
        settings.put("turing.cluster.tls.reload-every", "1m");

        assertThat(ClusterSettingsTest.load(settings, Map.of()).cluster().tls())
                .isEqualTo(new TlsFiles(
                        folder.resolve("node.crt"),
                        folder.resolve("node.key"),
                        folder.resolve("ca.crt"),
                        Duration.ofMinutes(1)));
    }

    @Test
    void oneOfThreeIsNotEnough() {
        settings.remove(KEY);
        settings.remove(CA);

        refused(KEY, "is missing: TLS takes a certificate, its key and the CA's certificate. Fix: set all three");
        refused(CA, "is missing");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        settings.put(CA, folder.resolve("nowhere.crt").toString());

        refused(CA, "nowhere.crt\" (command line): does not exist");
    }

    @Test
    void aFileThatCantBeReadIsNamed() {
        settings.put(KEY, folder.toString());

        refused(KEY, "can't be read: ");
    }

    @Test
    void theKeyOfAnotherCertificateIsRefused() {
        settings.put(KEY, folder.resolve("other/node.key").toString());

        refused(KEY, "is not the key of " + CERTIFICATE);
    }

    @Test
    void theCertificateOfAnotherCaIsRefused() {
        settings.put(CA, folder.resolve("other/ca.crt").toString());

        refused(CERTIFICATE, "is not signed by the CA of " + CA);
    }

    @Test
    void whatIsNoCertificateOrNoKeyIsRefused() throws Exception {
        settings.put(CERTIFICATE, folder.resolve("node.key").toString());
        refused(CERTIFICATE, "is no certificate that is valid now, as PEM");

        settings.put(CERTIFICATE, folder.resolve("node.crt").toString());
        Files.writeString(folder.resolve("node.key"), "nonsense");
        refused(KEY, "is no RSA private key without a password, as PEM");
    }

    @Test
    void aKeyWithAPasswordIsRefusedWithTheCommandThatTakesItAway() throws Exception {
        TestCertificates.run(
                folder,
                "openssl pkcs8 -topk8 -in node.key -passout pass:secret -out locked.key && mv locked.key node.key");

        refused(KEY, "Fix: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW");
    }

    @Test
    void aCertificateThatIsOverIsRefused() throws Exception {
        TestCertificates.run(
                folder,
                "openssl x509 -req -in node.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days -1 -out node.crt"
                        + " || openssl x509 -req -in node.csr -CA ca.crt -CAkey ca.key -CAcreateserial"
                        + " -not_before 20200101000000Z -not_after 20200102000000Z -out node.crt");

        refused(CERTIFICATE, "is no longer valid: ");
    }

    private void refused(String key, String why) {
        assertThatThrownBy(() -> ClusterSettingsTest.load(settings, Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(key + " = ")
                .hasMessageContaining(why);
    }
}
