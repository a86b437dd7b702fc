package org.turing.runtime.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.turing.runtime.domain.Relation;

/**
 * What PostgreSQL's planner says about a query.
 *
 * @param relations the tables that it reads
 * @param limited whether a LIMIT bounds its result
 * @param changesData whether it would insert, update or delete
 * @param locksRows whether it would lock rows, as FOR UPDATE does
 * @param locksSession whether it would take an advisory lock that only the end of the session releases
 */
record QueryPlan(
        Set<Relation> relations, boolean limited, boolean changesData, boolean locksRows, boolean locksSession) {

    private static final Pattern SESSION_LOCK = Pattern.compile("\\bpg_(try_)?advisory_lock(_shared)?\\(");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the answer of {@code EXPLAIN (VERBOSE, FORMAT JSON)}. */
    static QueryPlan of(String explained) {
        JsonNode root;
        try {
            root = JSON.readTree(explained).path(0).path("Plan");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL's plan is not JSON: " + explained, e);
        }
        Set<Relation> relations = new LinkedHashSet<>();
        Set<String> nodeTypes = new HashSet<>();
        walk(root, relations, nodeTypes);
        return new QueryPlan(
                relations,
                limited(root),
                nodeTypes.contains("ModifyTable"),
                nodeTypes.contains("LockRows"),
                SESSION_LOCK.matcher(explained).find());
    }

    private static void walk(JsonNode node, Set<Relation> relations, Set<String> nodeTypes) {
        nodeTypes.add(node.path("Node Type").asText());
        if (node.has("Relation Name")) {
            relations.add(new Relation(
                    node.path("Schema").asText(), node.path("Relation Name").asText()));
        }
        for (JsonNode child : node.path("Plans")) {
            walk(child, relations, nodeTypes);
        }
    }

    /** A LIMIT at the top, perhaps under a node that only computes columns. */
    private static boolean limited(JsonNode root) {
        JsonNode node = root;
        while (!node.path("Node Type").asText().equals("Limit")) {
            boolean passesOn = Set.of("Result", "ProjectSet", "Subquery Scan")
                    .contains(node.path("Node Type").asText());
            if (!passesOn || node.path("Plans").size() != 1) {
                return false;
            }
            node = node.path("Plans").path(0);
        }
        return true;
    }
}
