package org.turing.runtime.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;

class HelpTest {

    private static final CommandLine TURING = new TuringCommandLine(new Surroundings(
                    new PrintWriter(Writer.nullWriter()),
                    new PrintWriter(Writer.nullWriter()),
                    new Properties(),
                    Map.of()))
            .commands();

    static Stream<CommandLine> commands() {
        return withSubcommands(TURING);
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(HelpTest::withSubcommands));
    }

    @Test
    void theCommandsAreThoseOfThisVersion() {
        assertThat(TURING.getSubcommands().keySet())
                .containsExactlyInAnyOrderElementsOf(Set.of(
                        "start", "demo", "init", "status", "stop", "pause", "resume", "cancel", "run", "tickets",
                        "trace", "retry", "drain", "watch", "check", "sql", "db"));
        assertThat(TURING.getSubcommands().get("db").getSubcommands()).containsOnlyKeys("url");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandSaysWhatItDoesAndShowsHow(CommandLine command) {
        String help = command.getUsageMessage(Ansi.OFF);

        assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
        assertThat(help).contains("Examples:\n  ");
        assertThat(help.lines().skip(1))
                .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(80));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionAndParameterIsDescribed(CommandLine command) {
        assertThat(command.getCommandSpec().args())
                .allSatisfy(argument -> assertThat(argument.description())
                        .as(name(argument))
                        .isNotEmpty()
                        .allSatisfy(line -> assertThat(line).isNotBlank()));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandTakesTheGlobalOptions(CommandLine command) {
        assertThat(command.getCommandSpec().optionsMap())
                .containsKeys("--help", "-h", "--json", "--config", "--data", "-D", "--debug");
    }

    private static String name(ArgSpec argument) {
        return argument.paramLabel() + " " + argument;
    }
}
