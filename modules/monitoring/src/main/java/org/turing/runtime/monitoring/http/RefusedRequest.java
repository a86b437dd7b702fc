package org.turing.runtime.monitoring.http;

import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;

/** A request that is not carried out, with the answer that says why. */
final class RefusedRequest extends RuntimeException {

    private final transient StatusCode status;
    private final transient List<HttpHeader> headers;

    RefusedRequest(StatusCode status, String message, HttpHeader... headers) {
        super(message);
        this.status = status;
        this.headers = List.of(headers);
    }

    HttpResponse reply() {
        return Replies.problem(status, String.valueOf(getMessage())).addHeaders(headers);
    }
}
