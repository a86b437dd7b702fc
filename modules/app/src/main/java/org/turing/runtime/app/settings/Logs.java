package org.turing.runtime.app.settings;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;
import org.turing.runtime.actors.upkeep.WaitingElsewhere;

/** Sets the log up as the settings say, unless the user brought a logback file. */
public final class Logs {

    private static final String OWN_FILE = "logback.configurationFile";
    private static final FileSize ROLLED_AT = new FileSize(20 * FileSize.MB_COEFFICIENT);
    private static final int KEPT = 5;

    private Logs() {}

    /** For a runtime: the level and the file of the settings. */
    public static void ofRuntime(LogSettings settings) {
        if (System.getProperty(OWN_FILE) != null) {
            return;
        }
        Logger root = root();
        root.setLevel(Level.toLevel(settings.level()));
        if (settings.file() != null) {
            root.addAppender(file(root.getLoggerContext(), settings.file()));
        }
    }

    /**
     * For other commands, which have a report: only warnings, as logback.xml says, unless the user wants to see more.
     */
    public static void ofCommand(boolean debug) {
        if (System.getProperty(OWN_FILE) == null && debug) {
            root().setLevel(Level.DEBUG);
        }
    }

    /** For the demo, whose task types run one by one: that others have work waiting is no warning there. */
    public static void ofDemo(boolean debug) {
        if (System.getProperty(OWN_FILE) == null && !debug) {
            ((Logger) LoggerFactory.getLogger(WaitingElsewhere.class)).setLevel(Level.ERROR);
        }
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static RollingFileAppender<ILoggingEvent> file(LoggerContext context, Path path) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %-28logger{0} %msg%n%rEx{12}");
        encoder.start();

        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setName("file");
        appender.setFile(path.toString());
        appender.setEncoder(encoder);

        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(path + ".%i");
        rolling.setMinIndex(1);
        rolling.setMaxIndex(KEPT);
        rolling.start();

        SizeBasedTriggeringPolicy<ILoggingEvent> triggering = new SizeBasedTriggeringPolicy<>();
        triggering.setContext(context);
        triggering.setMaxFileSize(ROLLED_AT);
        triggering.start();

        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(triggering);
        appender.start();
        return appender;
    }
}
