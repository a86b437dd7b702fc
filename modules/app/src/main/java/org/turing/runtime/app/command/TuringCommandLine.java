package org.turing.runtime.app.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.turing.runtime.app.settings.Logs;
import org.turing.runtime.app.settings.SettingsException;
import org.turing.runtime.monitoring.client.RuntimeCallFailed;
import org.turing.runtime.ports.view.UnknownName;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line as a whole: the tree of commands, what stands for no command, and how errors are told. */
public final class TuringCommandLine {

    static final int FAILED = 1;
    static final int USAGE = 2;

    private final Surroundings surroundings;

    public TuringCommandLine(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * Runs one command.
     *
     * @param arguments as the shell gave them
     * @return the exit code: 0 done, 1 failed, 2 usage or configuration
     */
    public int run(String... arguments) {
        CommandLine commands = commands();
        int exitCode = commands.execute(withDefaultCommand(arguments));
        surroundings.out().flush();
        surroundings.err().flush();
        return exitCode;
    }

    /** The tree of commands. */
    CommandLine commands() {
        CommandLine commands = new CommandLine(new TuringCommand(surroundings))
                .setOut(surroundings.out())
                .setErr(surroundings.err())
                .setUsageHelpAutoWidth(true)
                .setAbbreviatedOptionsAllowed(false)
                .setExecutionStrategy(this::execute)
                .setParameterExceptionHandler(this::misused)
                .setExecutionExceptionHandler(this::failed);
        return commands;
    }

    /**
     * Puts {@code start} in front of arguments that name no command. An option that only a command knows shows that one
     * was meant, so that {@code --pipeline status} is about a pipeline of that name.
     */
    static String[] withDefaultCommand(String... arguments) {
        int position = 0;
        while (position < arguments.length && arguments[position].startsWith("-")) {
            String option = arguments[position];
            if (List.of("-h", "--help", "-V", "--version").contains(option)) {
                return arguments;
            }
            if (option.equals("--config") || option.equals("--data") || option.equals("-D")) {
                position += 2;
            } else if (option.equals("--json")
                    || option.equals("--debug")
                    || option.matches("(--config=|--data=|-D).*")) {
                position++;
            } else {
                break;
            }
        }
        if (position < arguments.length && !arguments[position].startsWith("-")) {
            return arguments;
        }
        List<String> started = new ArrayList<>(List.of(arguments));
        started.add(Math.min(position, started.size()), "start");
        return started.toArray(String[]::new);
    }

    /** Only a runtime has something to log; other commands have a report. */
    private int execute(ParseResult parsed) {
        TuringCommand turing = (TuringCommand) parsed.commandSpec().root().userObject();
        Logs.ofCommand(turing.debug());
        return new RunLast().execute(parsed);
    }

    private int misused(ParameterException misuse, String[] arguments) {
        CommandLine command = misuse.getCommandLine();
        tell(String.valueOf(misuse.getMessage()));
        if (!UnmatchedArgumentException.printSuggestions(misuse, surroundings.err())) {
            surroundings.err().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        return USAGE;
    }

    private int failed(Exception failure, CommandLine command, ParseResult parsed) {
        TuringCommand turing = (TuringCommand) command.getCommandSpec().root().userObject();
        tell(message(failure));
        if (turing.debug()) {
            failure.printStackTrace(surroundings.err());
        }
        boolean misused = failure instanceof SettingsException
                || failure instanceof UnknownName
                || failure instanceof RuntimeCallFailed call && call.reason() == RuntimeCallFailed.Reason.UNKNOWN_NAME;
        return misused ? USAGE : FAILED;
    }

    /** The exceptions of this project speak for themselves; of others the kind is half of what they say. */
    private static String message(Exception failure) {
        String message = failure.getMessage();
        return message != null && failure.getClass().getName().startsWith("org.turing.runtime.")
                ? message
                : failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    private void tell(String message) {
        PrintWriter err = surroundings.err();
        message.lines().forEach(line -> err.println("turing: " + line));
    }
}
