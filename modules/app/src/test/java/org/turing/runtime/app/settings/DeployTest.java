package org.turing.runtime.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.turing.runtime.actors.cluster.HostPort;

/**
 * The files in deploy/ are what systemd, Docker and Kubernetes read, and they agree with the settings and each other.
 */
class DeployTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
    private static final Path DEPLOY = ROOT.resolve("deploy");

    /** Scripts are waited for so long by default, then ended; the rest is for that, for outcomes and for the others. */
    private static final Duration TO_LEAVE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    // -------------------------------------------------------------------- systemd

    @Test
    void systemdAcceptsTheUnit() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "there is no systemd-analyze");
        Said said = run(
                Map.of(),
                "/usr/bin/systemd-analyze",
                "verify",
                unitOfThisMachine().toString());
        assumeTrue(!said.text().contains("Failed to initialize manager"), said.text());
        assertThat(said.text()).doesNotContain("turing.service:");
        assertThat(said.exitCode()).as(said.text()).isZero();
    }

    @Test
    void theUnitWaitsForADrainAndSignalsTheRuntimeAlone() throws Exception {
        Map<String, String> unit = unit();
        assertThat(Duration.ofSeconds(Long.parseLong(unit.get("TimeoutStopSec"))))
                .isGreaterThanOrEqualTo(defaults().work().drainTimeout().plus(TO_LEAVE));
        assertThat(unit)
                .containsEntry("KillMode", "mixed")
                .containsEntry("Restart", "on-failure")
                .containsEntry("RestartPreventExitStatus", "2")
                .containsEntry("NoNewPrivileges", "yes")
                .containsEntry("User", "turing")
                .doesNotContainKey("MemoryDenyWriteExecute");
        assertThat(unit.get("Environment")).isEqualTo("TURING_DATA=/var/lib/" + unit.get("StateDirectory"));
    }

    // -------------------------------------------------------------------- Docker

    @Test
    void whatTheImageCopiesIsThereOnceTheJarIsBuilt() throws Exception {
        List<String> copied = new ArrayList<>();
        Matcher copy = Pattern.compile("(?m)^COPY (?:--\\S+ )*(\\S+) \\S+$").matcher(read("Dockerfile"));
        while (copy.find()) {
            copied.add(copy.group(1));
        }
        assertThat(copied).containsExactly("modules/app/target/turing-runtime.jar", "deploy/probe");
        assertThat(ROOT.resolve("deploy/probe")).isExecutable();
        assertThat(Files.readString(ROOT.resolve("modules/app/pom.xml"))).contains("turing-runtime");
        assertThat(read("Dockerfile.dockerignore").lines())
                .containsExactlyInAnyOrder("*", "!" + copied.get(0), "!" + copied.get(1));
    }

    @Test
    void theImageRunsAsNobodySpecialAndIsAskedHowItIs() throws Exception {
        String text = read("Dockerfile");
        assertThat(text)
                .containsPattern("(?m)^USER 10001:10001$")
                .containsPattern("(?m)^HEALTHCHECK .*CMD \\[\"/opt/turing/probe\", \"alive\"]$")
                .containsPattern("(?m)^ENTRYPOINT \\[\"java\", .*\"-jar\", \"/opt/turing/turing-runtime.jar\"]$")
                .containsPattern("(?m)^VOLUME /var/lib/turing$");
        assertThat(text.indexOf("USER 10001")).isLessThan(text.indexOf("ENTRYPOINT"));
    }

    @ParameterizedTest
    @CsvSource({"200, alive, 0", "503, ready, 1", "200, startup, 0"})
    void theProbeTellsByItsExitCode(int status, String name, int exitCode) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/" + name, exchange -> {
            byte[] reason = "{\"error\": \"the runtime is draining\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, reason.length);
            exchange.getResponseBody().write(reason);
            exchange.close();
        });
        server.start();
        try {
            String port = Integer.toString(server.getAddress().getPort());
            Said said = run(Map.of("TURING_HTTP_PORT", port), python(), probe(), name);
            assertThat(said.exitCode()).as(said.text()).isEqualTo(exitCode);
            assertThat(said.text().contains("is draining")).isEqualTo(exitCode == 1);
        } finally {
            server.stop(0);
        }
        String port = Integer.toString(server.getAddress().getPort());
        assertThat(run(Map.of("TURING_HTTP_PORT", port), python(), probe(), name)
                        .exitCode())
                .as("nobody listens")
                .isEqualTo(1);
    }

    @Test
    void aMisusedProbeSaysHow() throws Exception {
        Said said = run(Map.of(), python(), probe(), "well");
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.text()).contains("alive | startup | ready");
    }

    // -------------------------------------------------------------------- Kubernetes

    @Test
    void podsFindEachOtherByNamesThatTheServiceGivesThem() throws Exception {
        JsonNode service = document("Service");
        JsonNode set = document("StatefulSet");
        String name = service.path("metadata").path("name").asText();
        assertThat(service.path("spec").path("clusterIP").asText()).isEqualTo("None");
        assertThat(service.path("spec").path("publishNotReadyAddresses").asBoolean())
                .isTrue();
        assertThat(set.path("spec").path("serviceName").asText()).isEqualTo(name);
        JsonNode labels = set.path("spec").path("template").path("metadata").path("labels");
        assertThat(labels)
                .isEqualTo(service.path("spec").path("selector"))
                .isEqualTo(set.path("spec").path("selector").path("matchLabels"))
                .isEqualTo(document("PodDisruptionBudget")
                        .path("spec")
                        .path("selector")
                        .path("matchLabels"))
                .isEqualTo(document("NetworkPolicy")
                        .path("spec")
                        .path("podSelector")
                        .path("matchLabels"));

        for (int pod = 0; pod < set.path("spec").path("replicas").asInt(); pod++) {
            String podName = set.path("metadata").path("name").asText() + "-" + pod;
            Settings settings = Settings.load(new SettingsSources(Map.of(), home(), environment(podName), null));
            assertThat(settings.host().name()).isEqualTo(podName);
            assertThat(settings.cluster().host()).isEqualTo(podName + "." + name);
            assertThat(settings.cluster().bindHost()).isEqualTo("0.0.0.0");
            assertThat(settings.cluster().port())
                    .isEqualTo(service.path("spec")
                            .path("ports")
                            .path(0)
                            .path("port")
                            .asInt());
            assertThat(settings.cluster().seeds())
                    .as("the first pods, as they call themselves")
                    .containsExactly(new HostPort("turing-0." + name, 7627), new HostPort("turing-1." + name, 7627));
            assertThat(settings.cluster().tls()).isNotNull();
            assertThat(settings.database().external().password()).isEqualTo("from a secret");
        }
    }

    @Test
    void aPodIsGivenTimeToLeaveAndIsAskedHowItIs() throws Exception {
        JsonNode pod = pod();
        Settings settings = Settings.load(new SettingsSources(Map.of(), home(), environment("turing-0"), null));
        assertThat(Duration.ofSeconds(pod.path("terminationGracePeriodSeconds").asLong()))
                .isGreaterThanOrEqualTo(settings.work().drainTimeout().plus(TO_LEAVE));
        JsonNode container = pod.path("containers").path(0);
        for (Map.Entry<String, String> probe : Map.of(
                        "startupProbe", "startup", "livenessProbe", "alive", "readinessProbe", "ready")
                .entrySet()) {
            JsonNode command = container.path(probe.getKey()).path("exec").path("command");
            assertThat(command.path(0).asText()).isEqualTo("/opt/turing/probe");
            assertThat(command.path(1).asText()).isEqualTo(probe.getValue());
        }
        assertThat(pod.path("securityContext").path("runAsUser").asInt()).isEqualTo(10001);
        assertThat(pod.path("securityContext").path("runAsNonRoot").asBoolean()).isTrue();
    }

    @Test
    void whatIsMountedIsThere() throws Exception {
        JsonNode set = document("StatefulSet");
        Set<String> volumes = new TreeSet<>();
        pod().path("volumes").forEach(volume -> volumes.add(volume.path("name").asText()));
        set.path("spec")
                .path("volumeClaimTemplates")
                .forEach(
                        claim -> volumes.add(claim.path("metadata").path("name").asText()));
        Set<String> mounted = new TreeSet<>();
        pod().path("containers")
                .path(0)
                .path("volumeMounts")
                .forEach(mount -> mounted.add(mount.path("name").asText()));
        assertThat(mounted).isEqualTo(volumes);
        assertThat(read("kubernetes.yaml")).contains("NOT RUN on a cluster");
    }

    // -------------------------------------------------------------------- all of them

    @ParameterizedTest
    @ValueSource(strings = {"turing.service", "Dockerfile", "kubernetes.yaml", "probe"})
    void everyVariableIsOneThatIsRead(String file) throws Exception {
        String reference = Files.readString(ROOT.resolve("modules/app/src/main/resources/reference.conf"))
                + Files.readString(ROOT.resolve("modules/monitoring/src/main/resources/reference.conf"));
        Set<String> known = variables(reference);
        assertThat(variables(read(file))).isNotEmpty().isSubsetOf(known);
    }

    @ParameterizedTest
    @ValueSource(strings = {"turing.service", "Dockerfile", "kubernetes.yaml"})
    void everyFileSaysWhatToChange(String file) throws Exception {
        assertThat(read(file)).contains("To change:");
    }

    // -------------------------------------------------------------------- the stage

    private static Set<String> variables(String text) {
        return Pattern.compile("TURING(?:_[A-Z]+)+")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }

    private static String read(String file) throws IOException {
        return Files.readString(DEPLOY.resolve(file));
    }

    private static String probe() {
        return DEPLOY.resolve("probe").toString();
    }

    private static String python() {
        return System.getProperty("turing.test.python", "python3");
    }

    /** The unit with programs and folders that any machine has, since those of the unit are looked for. */
    private Path unitOfThisMachine() throws IOException {
        String here = read("turing.service")
                .replace(
                        "/usr/bin/java",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
        return Files.writeString(folder.resolve("turing.service"), here);
    }

    private static Map<String, String> unit() throws IOException {
        Map<String, String> settings = new TreeMap<>();
        read("turing.service")
                .lines()
                .filter(line -> line.matches("[A-Za-z]+=.*"))
                .forEach(line ->
                        settings.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        return settings;
    }

    private static JsonNode pod() throws IOException {
        return document("StatefulSet").path("spec").path("template").path("spec");
    }

    private static JsonNode document(String kind) throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        List<JsonNode> documents = yaml.readerFor(JsonNode.class)
                .<JsonNode>readValues(DEPLOY.resolve("kubernetes.yaml").toFile())
                .readAll();
        List<JsonNode> found = documents.stream()
                .filter(document -> document.path("kind").asText().equals(kind))
                .toList();
        assertThat(found).as(kind).hasSize(1);
        return found.get(0);
    }

    /** What a container of that pod finds in its environment; with certificates that are there. */
    private Map<String, String> environment(String podName) throws Exception {
        TestCertificates.make(folder, "tls");
        Map<String, String> environment = new TreeMap<>();
        for (JsonNode variable : pod().path("containers").path(0).path("env")) {
            String name = variable.path("name").asText();
            String value = variable.has("value") ? variable.path("value").asText() : "from a secret";
            environment.put(name, value.replace("$(POD_NAME)", podName).replace("/etc/turing/tls", folder.toString()));
        }
        environment.remove("POD_NAME");
        return environment;
    }

    private static Settings defaults() throws SettingsException {
        return Settings.load(new SettingsSources(Map.of(), home(), Map.of(), null));
    }

    private static Properties home() {
        Properties system = new Properties();
        system.setProperty("user.home", "/home/ada");
        return system;
    }

    private record Said(int exitCode, String text) {}

    private static Said run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }
}
