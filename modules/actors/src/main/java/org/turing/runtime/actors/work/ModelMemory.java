package org.turing.runtime.actors.work;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Asks the server of a model what it has in memory, in the way of Ollama: {@code GET /api/ps}. Servers that don't know
 * this (vLLM, llama.cpp) serve what they were started with, and have it in memory wherever they run.
 */
final class ModelMemory {

    private static final int PATIENCE = (int) Duration.ofSeconds(1).toMillis();
    private static final long LONGEST = Duration.ofSeconds(2).toNanos();
    private static final int LARGEST = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelMemory() {}

    /**
     * The models that are in memory, as the server calls them. Blocks for 4 seconds at most.
     *
     * @param server its address, with or without a path
     * @throws IOException if it does not answer in time, or something else
     */
    static Set<String> ask(URI server) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) server.resolve("/api/ps").toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(PATIENCE);
        connection.setReadTimeout(PATIENCE);
        connection.setInstanceFollowRedirects(false);
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw new IOException(server + " answered with status " + connection.getResponseCode());
            }
            return names(JSON.readTree(read(connection)));
        } finally {
            connection.disconnect();
        }
    }

    private static byte[] read(HttpURLConnection connection) throws IOException {
        long began = System.nanoTime();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        try (InputStream body = connection.getInputStream()) {
            for (int length = body.read(part); length >= 0; length = body.read(part)) {
                text.write(part, 0, length);
                if (text.size() > LARGEST || System.nanoTime() - began > LONGEST) {
                    throw new IOException(connection.getURL() + " answers too much, or too slowly");
                }
            }
        }
        return text.toByteArray();
    }

    private static Set<String> names(JsonNode answer) throws IOException {
        JsonNode models = answer.path("models");
        if (!models.isArray()) {
            throw new IOException("the answer names no models: " + answer);
        }
        Set<String> names = new HashSet<>();
        models.forEach(model -> {
            names.add(model.path("name").asText());
            names.add(model.path("model").asText());
        });
        return names;
    }
}
