package org.turing.runtime.ports.view;

import java.util.List;

/**
 * A node of the cluster, as the one that was asked knows it.
 *
 * @param name the machine's name; empty if it runs no scripts, or has not told yet
 * @param address where other nodes reach it, {@code host:port}
 * @param roles what it offers: {@code control}, {@code worker}
 * @param state {@code joining}, {@code up}, {@code draining}, {@code leaving} or {@code unreachable}
 * @param asked whether it is the node that was asked
 * @param speaks whether the registry lives on it, which says what task types and gates there are to be; they live on
 *     any {@code control} node
 * @param runtimeId its identity in the ledger; 0 if it has none, or has not told yet
 * @param cores how many scripts without a model it runs at a time, for a task type without a {@code scale_limit}
 * @param models the models that it may serve; empty: all
 * @param gpus its cards, as its settings name them
 */
public record NodeStatus(
        String name,
        String address,
        List<String> roles,
        String state,
        boolean asked,
        boolean speaks,
        long runtimeId,
        int cores,
        List<String> models,
        List<String> gpus) {
    public NodeStatus {
        roles = List.copyOf(roles);
        models = List.copyOf(models);
        gpus = List.copyOf(gpus);
    }
}
