package org.turing.runtime.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The logs as the program and the example bring them. */
class LogbackFileTest {

    private static final String CONNECTIONS = "org.apache.pekko.stream.Materializer";
    private static final String OUTBOUND = "[outbound connection to [pekko://turing@gpu-2:7627], control stream] ";

    @ParameterizedTest
    @ValueSource(strings = {"src/main/resources/logback.xml", "../../conf/logback.xml"})
    void ofANodeThatIsGonePekkoSaysNothingAndOfConnectionsThatAreRefusedForAnotherReasonItDoes(String file)
            throws JoranException {
        LoggerContext context = new LoggerContext();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Path.of(file).toFile());
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        context.getLogger("ROOT").addAppender(said);

        context.getLogger(CONNECTIONS)
                .warn("{}", OUTBOUND + "Upstream failed, cause: StreamTcpException: The connection has been aborted");
        context.getLogger("org.apache.pekko.cluster.Cluster")
                .warn("{}", "Cluster Node [pekko://turing@gpu-1:7627] - Marking node as UNREACHABLE [Member(…)].");
        context.getLogger("org.apache.pekko.remote.artery.Association")
                .warn(
                        "{}",
                        "Association to […] is irrecoverably failed. […] Reason: Cluster member removed, previous …");
        context.getLogger("org.apache.pekko.cluster.sbr.SplitBrainResolver")
                .warn("{}", "SBR took decision AcquireLeaseAndDownUnreachable(0 days) and is downing [], …");
        context.getLogger("org.apache.pekko.remote.artery.FlushBeforeDeathWatchNotification")
                .warn("{}", "Flush timeout, [3] remaining");
        assertThat(said.list).isEmpty();

        context.getLogger(CONNECTIONS)
                .warn("{}", OUTBOUND + "Upstream failed, cause: SSLHandshakeException: certificate_unknown");
        context.getLogger("org.apache.pekko.cluster.Cluster")
                .warn("{}", "Cluster Node [pekko://turing@gpu-1:7627] - incompatible configuration");
        assertThat(said.list).hasSize(2);
        context.stop();
    }
}
