package org.turing.runtime.actors.breaker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.domain.Model;

/**
 * Whether the servers of models accept connections, asked at most once a second for each model. An answer always comes
 * from a connection that was tried after the question: questions that come too early wait and share one. Safe for use
 * by many threads.
 */
public final class ModelServers {

    private static final Duration CONNECT = Duration.ofSeconds(1);
    /** A name server may take longer than a connection. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    /**
     * How a model's server stands.
     *
     * @param known whether the model's row names an address that a connection can be tried to
     * @param refusal why no connection came about, or null
     */
    public record Answer(boolean known, @Nullable String refusal) {
        static final Answer UNKNOWN = new Answer(false, null);

        /** Whether a connection was tried and did not come about. */
        public boolean refuses() {
            return refusal != null;
        }
    }

    private record Check(long beginsAt, CompletableFuture<Answer> answer) {}

    private final Blocking threads;
    private final Map<String, InetSocketAddress> addresses = new HashMap<>();
    private final Map<String, Check> checks = new HashMap<>();

    /** @param threads where connections are tried */
    public ModelServers(Blocking threads) {
        this.threads = threads;
    }

    /** What the registry says of models now. */
    public synchronized void follow(List<Model> models) {
        addresses.clear();
        models.forEach(model -> {
            InetSocketAddress address = address(model.server());
            if (address != null) {
                addresses.put(model.name(), address);
            }
        });
        checks.keySet().retainAll(addresses.keySet());
    }

    /** Asks about a model's server; never completes exceptionally. */
    public synchronized CompletionStage<Answer> ask(@Nullable String model) {
        InetSocketAddress address = addresses.get(model);
        if (model == null || address == null) {
            return CompletableFuture.completedStage(Answer.UNKNOWN);
        }
        long now = System.nanoTime();
        Check check = checks.get(model);
        if (check == null || check.beginsAt() - now <= 0) {
            long wait = check == null ? 0 : Math.max(0, check.beginsAt() + PAUSE - now);
            check = new Check(now + wait, connect(model, address, wait));
            checks.put(model, check);
        }
        return check.answer();
    }

    private CompletableFuture<Answer> connect(String model, InetSocketAddress address, long wait) {
        String server = "the server of model '" + model + "' at " + address.getHostString() + ":" + address.getPort();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        CompletableFuture.delayedExecutor(wait, TimeUnit.NANOSECONDS)
                .execute(() -> threads.call(() -> connect(server, address)).thenAccept(answer::complete));
        Answer silent = new Answer(true, server + " does not answer");
        return answer.completeOnTimeout(silent, wait + PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Answer connect(String server, InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHostString(), address.getPort()), (int) CONNECT.toMillis());
            return new Answer(true, null);
        } catch (IOException refused) {
            return new Answer(true, server + " accepts no connection: " + refused.getMessage());
        }
    }

    /** Where to connect, not resolved yet; null unless it is an address like {@code http://host:port}. */
    static @Nullable InetSocketAddress address(@Nullable String server) {
        if (server == null) {
            return null;
        }
        try {
            URI uri = new URI(server.strip());
            int port = uri.getPort() > 0 ? uri.getPort() : portOf(uri.getScheme());
            return uri.getHost() == null || port == 0 ? null : InetSocketAddress.createUnresolved(uri.getHost(), port);
        } catch (URISyntaxException notAnAddress) {
            return null;
        }
    }

    private static int portOf(@Nullable String scheme) {
        return "http".equalsIgnoreCase(scheme) ? 80 : "https".equalsIgnoreCase(scheme) ? 443 : 0;
    }
}
