package org.turing.runtime.actors.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.pki.pem.DERPrivateKeyLoader;
import org.apache.pekko.pki.pem.PEMDecoder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that prove themselves to each other, with certificates made as docs/cluster.md tells. */
class TlsTest {

    private static final Duration GENEROUS = Duration.ofSeconds(90);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final String LOOPBACK = "127.0.0.1";
    private static final char[] NO_PASSWORD = new char[0];

    @TempDir
    Path folder;

    private final List<ActorSystem<Void>> systems = new ArrayList<>();

    @AfterEach
    void close() {
        systems.forEach(ActorSystem::terminate);
        systems.forEach(system ->
                assertThat(system.getWhenTerminated().toCompletableFuture()).succeedsWithin(GENEROUS));
    }

    @Test
    void nodesWithCertificatesOfOneCaFormAClusterAndOthersGetNoFurtherThanTheHandshake() throws Exception {
        Certificates ours = Certificates.make(folder.resolve("ours"));
        Certificates others = Certificates.make(folder.resolve("others"));
        HostPort seed = FormingTest.freePort();
        ActorSystem<Void> first = start(seed, seed, ours.of("node-1", GENEROUS));
        start(new HostPort(LOOPBACK, 0), seed, ours.of("gpu-2", GENEROUS));

        await().atMost(GENEROUS).until(() -> up(first) == 2);

        assertThat(isLetIn(seed, ours.of("gpu-3", GENEROUS), ours.of("gpu-3", GENEROUS)))
                .isTrue();
        assertThatThrownBy(() -> isLetIn(seed, null, ours.of("gpu-3", GENEROUS)))
                .as("without a certificate")
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> isLetIn(seed, others.of("gpu-3", GENEROUS), ours.of("gpu-3", GENEROUS)))
                .as("with one of another CA")
                .isInstanceOf(IOException.class);
    }

    @Test
    void certificatesThatAreReplacedOnDiskCountForNewConnections() throws Exception {
        Certificates before = Certificates.make(folder.resolve("before"));
        Certificates after = Certificates.make(folder.resolve("after"));
        TlsFiles files = before.of("node-1", SOON);
        HostPort seed = FormingTest.freePort();
        ActorSystem<Void> first = start(seed, seed, files);
        await().atMost(GENEROUS).until(() -> up(first) == 1);
        TlsFiles newcomer = after.of("gpu-2", SOON);
        assertThatThrownBy(() -> isLetIn(seed, newcomer, before.of("node-1", SOON)))
                .isInstanceOf(IOException.class);

        after.replace(files, "node-1");
        start(new HostPort(LOOPBACK, 0), seed, newcomer);

        await().atMost(GENEROUS).until(() -> up(first) == 2);
    }

    private ActorSystem<Void> start(HostPort at, HostPort seed, TlsFiles files) {
        ActorSystem<Void> system = Forming.start(
                Behaviors.empty(),
                new ClusterSettings(at.host(), null, at.port(), List.of(seed), Set.of(Role.values()), SOON, files),
                ConfigFactory.load(),
                ActorSystemSetup.empty());
        systems.add(system);
        return system;
    }

    private static long up(ActorSystem<?> system) {
        return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
                .filter(member -> member.status().equals(MemberStatus.up()))
                .count();
    }

    /**
     * Connects as a node would. With TLS 1.3 a server turns somebody away only after the client believes itself
     * connected, so it is asked for a byte: one that waits for ours has let us in.
     *
     * @param own what to show, or null for nothing
     * @param trusted whose CA is believed
     * @throws IOException if it is turned away
     */
    private static boolean isLetIn(HostPort node, @Nullable TlsFiles own, TlsFiles trusted) throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore shown = emptyStore();
        if (own != null) {
            PrivateKey key =
                    DERPrivateKeyLoader.load(PEMDecoder.decode(Files.readString(own.key(), StandardCharsets.US_ASCII)));
            Certificate[] chain = {certificate(own.certificate())};
            shown.setKeyEntry("own", key, NO_PASSWORD, chain);
        }
        keys.init(shown, NO_PASSWORD);
        KeyStore believed = emptyStore();
        believed.setCertificateEntry("ca", certificate(trusted.ca()));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(believed);
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(node.host(), node.port())) {
            socket.setSoTimeout((int) Duration.ofSeconds(3).toMillis());
            socket.startHandshake();
            int answer = socket.getInputStream().read();
            throw new IOException("the connection was closed: " + answer);
        } catch (SocketTimeoutException waitsForUs) {
            return true;
        }
    }

    private static KeyStore emptyStore() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Certificate certificate(Path file) throws Exception {
        try (InputStream in = new FileInputStream(file.toFile())) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
