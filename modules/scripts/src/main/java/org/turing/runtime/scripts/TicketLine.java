package org.turing.runtime.scripts;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.TaskType;

/** What a script is told of a subject: one JSON line. */
final class TicketLine {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TicketLine() {}

    static byte[] of(LaneRun lane, Claim claim) {
        TaskType taskType = lane.taskType();
        ObjectNode ticket = JSON.createObjectNode()
                .put("task_type", taskType.name())
                .put("task_type_id", taskType.id())
                .put("ticket_id", claim.ticketId())
                .put("fence", claim.fence())
                .put("subject_type", claim.subject().type())
                .put("subject_id", claim.subject().id())
                .put("attempt", claim.attempt())
                .put("model", claim.model())
                .put("gpu", lane.gpu())
                .put("chain_id", claim.chain().id().toString())
                .put("chain_depth", claim.chain().depth());
        // A line end in JSON text can only stand between tokens.
        ticket.putRawValue(
                "subject", new RawValue(claim.fields().replace('\n', ' ').replace('\r', ' ')));
        try {
            return (JSON.writeValueAsString(ticket) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("ticket " + claim.ticketId() + " can't be written as JSON", e);
        }
    }
}
