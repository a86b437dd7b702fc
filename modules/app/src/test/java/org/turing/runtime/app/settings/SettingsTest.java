package org.turing.runtime.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.database.Login;
import org.turing.runtime.monitoring.http.HttpSettings;
import org.turing.runtime.scripts.EnvironmentRules;
import org.turing.runtime.scripts.ScriptSettings;

class SettingsTest {

    private static final Path REPOSITORY =
            Path.of("").toAbsolutePath().getParent().getParent();

    @TempDir
    Path folder;

    @Test
    void defaultsNeedNothingFromTheUser() throws SettingsException {
        Settings settings = Settings.load(sources(Map.of(), Map.of(), null));

        assertThat(settings.data()).isEqualTo(Path.of("/home/ada/.turing-runtime"));
        assertThat(settings.database().external()).isNull();
        assertThat(settings.database().schema()).isEqualTo("turing");
        assertThat(settings.scripts().folder()).isEqualTo(Path.of("").toAbsolutePath());
        assertThat(settings.http()).isEqualTo(new HttpSettings("127.0.0.1", 7626));
        assertThat(settings.ledger().lease()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.work().pollLongest()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.log().file()).isNull();
    }

    @Test
    void everyVariableOfTheTableIsRead() throws SettingsException {
        Settings settings = Settings.load(sources(
                Map.of(),
                Map.of(
                        "TURING_DB_URL", "jdbc:postgresql://db:5433/work",
                        "TURING_DB_USER", "ada",
                        "TURING_DB_PASSWORD", "secret",
                        "TURING_DB_SCHEMA", "steps",
                        "TURING_DATA", "/srv/turing",
                        "TURING_SCRIPTS", "/srv/scripts",
                        "TURING_PYTHON", "/opt/python",
                        "TURING_HTTP_PORT", "0"),
                null));

        assertThat(settings.database().external())
                .extracting(DatabaseSettings::jdbcUrl, DatabaseSettings::user, DatabaseSettings::password)
                .containsExactly("jdbc:postgresql://db:5433/work", "ada", "secret");
        assertThat(settings.database().schema()).isEqualTo("steps");
        assertThat(settings.data()).isEqualTo(Path.of("/srv/turing"));
        assertThat(settings.scripts().folder()).isEqualTo(Path.of("/srv/scripts"));
        assertThat(settings.scripts().python()).isEqualTo("/opt/python");
        assertThat(settings.http().port()).isZero();
    }

    @Test
    void theCommandLineBeatsJavaPropertiesTheEnvironmentAndTheFile() throws Exception {
        Path file = file("turing.http.port = 1, turing.db.schema = file, turing.db.query-connections = 5");
        Properties system = system();
        system.setProperty("turing.http.port", "3");
        Map<String, String> environment = Map.of("TURING_HTTP_PORT", "2", "TURING_DB_SCHEMA", "environment");

        assertThat(Settings.load(new SettingsSources(Map.of("turing.http.port", "4"), system, environment, file))
                        .http()
                        .port())
                .isEqualTo(4);
        Settings settings = Settings.load(new SettingsSources(Map.of(), system, environment, file));
        assertThat(settings.http().port()).isEqualTo(3);
        assertThat(settings.database().schema()).isEqualTo("environment");
        assertThat(settings.database().queryConnections()).isEqualTo(5);
    }

    @Test
    void anEmptyVariableCountsAsNotSet() throws SettingsException {
        Settings settings = Settings.load(sources(Map.of(), Map.of("TURING_HTTP_PORT", "", "TURING_DATA", ""), null));

        assertThat(settings.http().port()).isEqualTo(7626);
        assertThat(settings.data()).isEqualTo(Path.of("/home/ada/.turing-runtime"));
    }

    @Test
    void aPsqlStyleUrlBringsRoleAndPassword() throws SettingsException {
        Settings settings = Settings.load(sources(
                Map.of("turing.db.url", "postgresql://ada:p%40ss+1@db:5433/work?sslmode=require"), Map.of(), null));

        assertThat(settings.database().external())
                .extracting(DatabaseSettings::jdbcUrl, DatabaseSettings::user, DatabaseSettings::password)
                .containsExactly("jdbc:postgresql://db:5433/work?sslmode=require", "ada", "p@ss+1");
    }

    @Test
    void theWayPastAPoolerHasTheLoginOfTheUrlUnlessItNamesOne() throws SettingsException {
        Map<String, String> given = Map.of("turing.db.url", "postgresql://ada:hunter1@pooler:6432/work");
        for (String url : List.of("postgresql://db:5433/work", "postgresql://eve:hunter2@db:5433/work")) {
            Settings settings = Settings.load(sources(given, Map.of("TURING_DB_DIRECT_URL", url), null));

            assertThat(settings.database().external())
                    .extracting(DatabaseSettings::direct)
                    .extracting(DatabaseSettings::jdbcUrl, DatabaseSettings::user, DatabaseSettings::password)
                    .isIn(
                            List.of("jdbc:postgresql://db:5433/work", "ada", "hunter1"),
                            List.of("jdbc:postgresql://db:5433/work", "eve", "hunter2"));
            assertThat(settings + settings.config().root().render()).doesNotContain("hunter1", "hunter2");
        }
    }

    @Test
    void aWayPastAPoolerThatCantBeUnderstoodIsRefusedByItsOwnName() {
        assertThatThrownBy(() -> Settings.load(sources(
                        Map.of("turing.db.url", "postgresql://db/x", "turing.db.direct-url", "oracle://a:hunter2@db/x"),
                        Map.of(),
                        null)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("turing.db.direct-url = ")
                .hasMessageContaining("must be jdbc:postgresql://host:port/name")
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        turing.data               | ""            | must be a path
        turing.db.url             | mysql://db/x  | must be jdbc:postgresql://host:port/name or postgresql://user:password@host:port/name, with what has a meaning of its own there written as %40 (@), %2F (/), %3A (:), %3F (?) or %25 (%)
        turing.db.user            | ada           | must be empty as long as turing.db.url is, or would do nothing
        turing.db.direct-url      | mysql://db/x  | must be empty as long as turing.db.url is, or would do nothing
        turing.db.schema          | Big           | must be lower-case letters, digits and underscores, at most 63, and not start with a digit or pg_
        turing.db.schema          | pg_mine       | must be lower-case letters, digits and underscores, at most 63, and not start with a digit or pg_
        turing.db.reader-user     | pg_reader     | must be lower-case letters, digits and underscores, at most 63, and not start with a digit or pg_
        turing.db.ledger-connections | 1          | must be a whole number from 2 to 1000
        turing.db.query-connections | 0           | must be a whole number from 1 to 1000
        turing.db.query-timeout   | 1ms           | must be a duration from 100ms to 1h, such as 500ms, 5s or 2h
        turing.db.ledger-timeout  | 1ms           | must be a duration from 1s to 1h, such as 500ms, 5s or 2h
        turing.scripts.folder     | ""            | must be a path
        turing.scripts.python     | " "           | must be a name on the PATH or a path
        turing.scripts.drift      | ignore        | must be one of warn, refuse
        turing.scripts.environment.mode | open     | must be one of inherit, strict
        turing.scripts.environment.pass | {}       | must be a list of texts, such as [A, B]
        turing.scripts.environment.secrets | [[A]] | must be a list of texts, such as [A, B]
        turing.scripts.environment.add | 7         | must be an object such as { LANG = C }
        turing.scripts.limits.memory | 1 MiB       | must be 0 or a number or size from 67108864 to 1125899906842624
        turing.scripts.limits.open-files | 4       | must be 0 or a number or size from 16 to 1048576
        turing.scripts.limits.result | 0           | must be a number or size from 1024 to 67108864
        turing.scripts.limits.log | much           | must be a number or size from 1024 to 16777216
        turing.http.host          | ""            | must be an address or a name
        turing.http.port          | seventy       | must be a whole number from 0 to 65535
        turing.http.port          | 65536         | must be a whole number from 0 to 65535
        turing.http.port          | 1.5           | must be a whole number from 0 to 65535
        turing.http.port          | [1]           | must be a whole number from 0 to 65535
        turing.http.port          | null          | must be a whole number from 0 to 65535
        turing.http               | 7626          | must be an object { … }
        turing.jmx.port           | -2            | must be a whole number from -1 to 65535
        turing.cluster.host       | ""            | must be a name or an address, an IPv6 address in brackets
        turing.cluster.host       | 10.0.0.7:1    | must be a name or an address, an IPv6 address in brackets
        turing.cluster.bind-host  | a b           | must be a name or an address, an IPv6 address in brackets, or empty
        turing.cluster.port       | 65536         | must be a whole number from 0 to 65535
        turing.cluster.roles      | []            | must be control, worker or both
        turing.cluster.roles      | [master]      | must be control, worker or both
        turing.cluster.roles      | [worker]      | must be both, control and worker, as long as turing.cluster.seeds is empty: nobody else is there for the rest
        turing.cluster.name       | node 1        | must be letters, digits, dots, hyphens and underscores, at most 63, or empty
        turing.cluster.stable-after | 100ms       | must be a duration from 500ms to 300s, such as 500ms, 5s or 2h
        turing.cluster.tls.reload-every | 0s      | must be a duration from 1s to 1d, such as 500ms, 5s or 2h
        turing.host.models        | 7             | must be a list of texts, such as [A, B]
        turing.host.gpus          | [{ name = a }] | must be a list such as [{ name = "0", memory = 24 GiB }], with a name that no other has and a memory from 1 MiB to 1 PiB each
        turing.host.gpus          | [{ name = a, memory = 1 }] | must be a list such as [{ name = "0", memory = 24 GiB }], with a name that no other has and a memory from 1 MiB to 1 PiB each
        turing.host.gpus          | [{ name = a, memory = 1 GiB, slots = 2 }] | must be a list such as [{ name = "0", memory = 24 GiB }], with a name that no other has and a memory from 1 MiB to 1 PiB each
        turing.host.gpus          | [{ name = a, memory = 1 GiB }, { name = a, memory = 1 GiB }] | must be a list such as [{ name = "0", memory = 24 GiB }], with a name that no other has and a memory from 1 MiB to 1 PiB each
        turing.host.gpus          | lots          | must be a list such as [{ name = "0", memory = 24 GiB }], with a name that no other has and a memory from 1 MiB to 1 PiB each
        turing.host.cores         | -1            | must be a whole number from 0 to 100000
        turing.ledger.lease       | soon          | must be a duration from 2s to 1h, such as 500ms, 5s or 2h
        turing.ledger.renew-every | 15s           | must be at most half of turing.ledger.lease
        turing.ledger.retention   | 12h           | must be a duration from 1d to 3650d, such as 500ms, 5s or 2h
        turing.ledger.unwritten-outcomes  | 0     | must be a whole number from 100 to 1000000
        turing.ledger.unwritten-megabytes | some  | must be a whole number from 1 to 65536
        turing.work.poll-shortest | -1s           | must be a duration from 10ms to 1h, such as 500ms, 5s or 2h
        turing.work.poll-longest  | 100ms         | must be at least turing.work.poll-shortest
        turing.work.quantum       | {}            | must be a duration from 100ms to 1d, such as 500ms, 5s or 2h
        turing.work.drain-timeout | 2d            | must be a duration from 0s to 1d, such as 500ms, 5s or 2h
        turing.log.level          | loud          | must be one of error, warn, info, debug, trace
        turing.log.file           | [a]           | must be a path or empty
        """)
    void aBadValueIsRefusedWithItsKeyPlaceAndWhatIsAllowed(String key, String value, String allowed)
            throws IOException {
        Path file = file("# a comment\n" + key + " = " + (value.contains(":") ? '"' + value + '"' : value));

        assertThatThrownBy(() -> Settings.load(sources(Map.of(), Map.of(), file)))
                .isInstanceOf(SettingsException.class)
                .message()
                .startsWith(key + " = ")
                .contains("(" + file + ":2)")
                .endsWith(": " + allowed);
    }

    @Test
    void aBadVariableIsNamed() {
        assertThatThrownBy(() -> Settings.load(sources(Map.of(), Map.of("TURING_HTTP_PORT", "seventy"), null)))
                .hasMessage("turing.http.port = \"seventy\" (environment variable TURING_HTTP_PORT): "
                        + "must be a whole number from 0 to 65535");
    }

    @Test
    void everyProblemIsToldAtOnceAndNoneBecauseOfAnother() throws IOException {
        Path file = file("turing { http.port = x, ledger { lease = soon, renew-every = 25m } }");

        assertThatThrownBy(() -> Settings.load(sources(Map.of(), Map.of(), file)))
                .message()
                .satisfies(message -> assertThat(message.lines()).hasSize(2))
                .contains("turing.http.port", "turing.ledger.lease");
    }

    @Test
    void aMisspeltKeyIsRefusedWithTheNearestOne() throws IOException {
        Path file = file("turing.http {\n  prot = 80\n}");

        assertThatThrownBy(() -> Settings.load(sources(Map.of(), Map.of(), file)))
                .hasMessage(
                        "turing.http.prot (" + file + ":2): there is no such setting. Did you mean turing.http.port?");
    }

    @Test
    void aMisspeltSectionIsRefusedWithTheKeysNearestToThoseInIt() throws IOException {
        Path file = file("turing.htp.port = 80");

        assertThatThrownBy(() -> Settings.load(sources(Map.of(), Map.of(), file)))
                .hasMessage(
                        "turing.htp.port (" + file + ":1): there is no such setting. Did you mean turing.http.port?");
    }

    @Test
    void aPasswordIsNeverShown() throws IOException {
        Path file = file("turing.db { url = \"oracle://ada:hunter2@db/x\", password = [hunter2] }");

        assertThatThrownBy(() -> Settings.load(sources(Map.of(), Map.of(), file)))
                .hasMessageContaining("oracle://(hidden)@db/x")
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "turing.db.url = \"postgresql://ada:it/is@hunter2@db/x\"",
                "turing.db.url = \"postgresql://ada:is?hunter2@db:port/x\"",
                "turing.db.url = \"ada:hunter2@db/x\"",
                "turing.db.url = \"host=db password=hunter2\"",
                "turing.db.url = \"postgresql://ada:hunter2/db/x\"",
                "turing.db = \"postgresql://ada:hunter2@db/x\"",
                "turing.db.url { password = hunter2 }",
                "turing.db.password { it = hunter2 }",
                "turing.http.port = \"postgresql://ada:hunter2@db/x\"",
                "turing.db.password = hunter2[",
                "turing.db.password = \"hunter2\" hunter2]",
                "turing.db.url = postgresql://ada:hunter2@db/x]"
            })
    void whateverIsWrongWithAPasswordItIsNotShown(String line) throws IOException {
        Path file = file("turing.db.schema = turing\n" + line + "\n");

        assertThatThrownBy(() -> Settings.load(sources(Map.of(), Map.of(), file)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void settingsAsATextHoldNoPassword() throws SettingsException {
        for (String url :
                List.of("postgresql://ada:hunter2@db/x", "jdbc:postgresql://db/x?user=ada&password=hunter2")) {
            Settings settings =
                    Settings.load(sources(Map.of("turing.db.url", url), Map.of("TURING_DB_PASSWORD", "hunter2"), null));

            assertThat(settings.database().external())
                    .extracting(DatabaseSettings::password)
                    .isEqualTo("hunter2");
            assertThat(settings.toString()).contains("db/x as ada").doesNotContain("hunter2");
            assertThat(settings.config().root().render()).doesNotContain("hunter2");
        }
    }

    @Test
    void theLoginForWorkQueriesIsConfiguredOrKeptInTheDataFolder() throws Exception {
        Map<String, String> given = Map.of("turing.data", folder.toString(), "turing.db.url", "postgresql://db/x");

        assertThat(Settings.load(sources(given, Map.of(), null)).database().reader())
                .isNull();
        Files.writeString(folder.resolve("reader.password"), "kept\n");
        Files.setPosixFilePermissions(folder.resolve("reader.password"), PosixFilePermissions.fromString("rw-------"));
        assertThat(Settings.load(sources(given, Map.of("TURING_DB_READER_USER", "owl"), null))
                        .database()
                        .external())
                .extracting(DatabaseSettings::reader)
                .isEqualTo(new Login("owl", "kept"));
        Settings configured = Settings.load(sources(given, Map.of("TURING_DB_READER_PASSWORD", "hunter2"), null));
        assertThat(configured.database().reader()).isEqualTo(new Login("turing_reader", "hunter2"));
        assertThat(configured + configured.config().root().render()).doesNotContain("hunter2");
    }

    @Test
    void scriptsGetVariablesAndLimitsAsTheFileOrTheEnvironmentSay() throws Exception {
        Path file = file("turing.scripts { drift = refuse, environment { mode = strict, pass = [PATH, HF_TOKEN],"
                + " add { OLLAMA_HOST = \"10.0.0.7:11434\", THREADS = 4, \"a.b\" = c } }, limits.memory = 2 GiB }");

        ScriptsSettings scripts = Settings.load(
                        sources(Map.of(), Map.of("TURING_SCRIPTS_ENVIRONMENT_SECRETS", "OWL_*, NEST"), file))
                .scripts();

        assertThat(scripts.drift()).isEqualTo(ScriptSettings.Drift.REFUSE);
        assertThat(scripts.environment())
                .isEqualTo(new EnvironmentRules(
                        true,
                        List.of("PATH", "HF_TOKEN"),
                        List.of("OWL_*", "NEST"),
                        Map.of("OLLAMA_HOST", "10.0.0.7:11434", "THREADS", "4", "a.b", "c")));
        assertThat(scripts.limits())
                .isEqualTo(new ScriptSettings.Limits(64 << 10, 16 << 20, Integer.MAX_VALUE, 2L << 30, null));
    }

    @Test
    void aVariableThatIsNoTextIsRefusedWithoutShowingTheOthers() throws IOException {
        Path file = file("turing.scripts.environment.add { KEY = hunter2, LIST = [1] }");

        assertThatThrownBy(() -> Settings.load(sources(Map.of(), Map.of(), file)))
                .hasMessageContaining("turing.scripts.environment.add = { … }")
                .hasMessageContaining("must be names with a text each")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void variablesForScriptsAreKeptFromWhatIsLoggedOrHandedOn() throws Exception {
        Path file = file("turing.scripts.environment.add { KEY = hunter2 }");

        assertThat(Settings.load(sources(Map.of(), Map.of(), file)).toString()).doesNotContain("hunter2");
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("missing.conf");

        assertThatThrownBy(() -> Settings.load(sources(Map.of(), Map.of(), missing)))
                .isInstanceOf(SettingsException.class)
                .hasMessage("--config " + missing + ": there is no such file");
    }

    @Test
    void aFileThatDoesNotParseIsNamedWithTheLine() throws IOException {
        Path file = file("turing {\n  http { port = 80\n");

        assertThatThrownBy(() -> Settings.load(sources(Map.of(), Map.of(), file)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void theFileToStartFromIsValidAndChangesNothing() throws SettingsException {
        Settings plain = Settings.load(sources(Map.of(), Map.of(), null));
        Settings started = Settings.load(sources(Map.of(), Map.of(), REPOSITORY.resolve("conf/turing.conf")));

        assertThat(started.config().getConfig("turing"))
                .isEqualTo(plain.config().getConfig("turing"));
    }

    @Test
    void everySettingOfTheProgramStandsInTheFileToStartFrom() throws IOException {
        String conf = Files.readString(REPOSITORY.resolve("conf/turing.conf"));
        Path uncommented = file(conf.replaceAll("(?m)^( *)#(?=[a-z-]+ *[={])", "$1"));

        assertThat(keys(ConfigFactory.parseFile(uncommented.toFile())))
                .containsExactlyInAnyOrderElementsOf(keys(ConfigFactory.defaultReferenceUnresolved()));
    }

    @Test
    void everySettingStandsInTheFileToStartFromWithItsDefault() throws IOException, SettingsException {
        String conf = Files.readString(REPOSITORY.resolve("conf/turing.conf"));
        Path uncommented = file(conf.replaceAll("(?m)^( *)#(?=[a-z-]+ *[={])", "$1"));
        Settings plain = Settings.load(sources(Map.of(), Map.of(), null));
        Settings started = Settings.load(sources(Map.of(), Map.of(), uncommented));

        assertThat(ConfigFactory.parseFile(uncommented.toFile())
                        .getConfig("turing")
                        .entrySet())
                .extracting(Map.Entry::getKey)
                .contains("data", "db.url", "scripts.folder", "http.port", "work.quantum", "log.level");
        assertThat(started.scripts()).isEqualTo(plain.scripts());
        assertThat(started.http()).isEqualTo(plain.http());
        assertThat(started.ledger()).isEqualTo(plain.ledger());
        assertThat(started.work()).isEqualTo(plain.work());
    }

    private static Set<String> keys(Config config) {
        Set<String> keys = new TreeSet<>();
        config.getConfig("turing").root().forEach((name, value) -> collect(name, value, keys));
        keys.removeIf(key -> key.startsWith("dispatchers"));
        return keys;
    }

    private static void collect(String path, ConfigValue value, Set<String> keys) {
        if (value instanceof ConfigObject object && !object.isEmpty()) {
            object.forEach((name, inner) -> collect(path + "." + name, inner, keys));
        } else {
            keys.add(path);
        }
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("own.conf"), content);
    }

    private static Properties system() {
        Properties system = new Properties();
        system.setProperty("user.home", "/home/ada");
        return system;
    }

    private static SettingsSources sources(
            Map<String, String> commandLine, Map<String, String> environment, @Nullable Path file) {
        return new SettingsSources(commandLine, system(), environment, file);
    }
}
