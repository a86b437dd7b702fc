package org.turing.runtime.monitoring.http;

import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.turing.runtime.monitoring.json.Json;
import org.turing.runtime.monitoring.json.Problem;

/** Answers in JSON. */
final class Replies {

    private Replies() {}

    static HttpResponse json(StatusCode status, Object body) {
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(ContentTypes.APPLICATION_JSON, Json.write(body) + "\n");
    }

    static HttpResponse problem(StatusCode status, String error) {
        return json(status, new Problem(error));
    }
}
