package org.turing.runtime.campaign;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What rounds came to, one JSON object a line, so that a campaign that was interrupted goes on. */
final class Progress {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path file;

    Progress(Path file) {
        this.file = file;
    }

    void add(RoundResult result) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(
                file, JSON.writeValueAsString(result) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The rounds of one campaign that are there already. */
    List<RoundResult> of(String series, long campaignSeed) throws IOException {
        return all().stream()
                .filter(result -> result.series().equals(series) && result.campaignSeed() == campaignSeed)
                .toList();
    }

    private List<RoundResult> all() throws IOException {
        List<RoundResult> results = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                results.add(JSON.readValue(line, RoundResult.class));
            }
        }
        return results;
    }
}
