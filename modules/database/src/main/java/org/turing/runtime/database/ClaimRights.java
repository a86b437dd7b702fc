package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.GateEpoch;
import org.turing.runtime.ports.EpochPassed;
import org.turing.runtime.ports.LeaseLapsed;

/**
 * Why nothing was claimed, where it was no matter of the subjects. {@link ClaimStatement} itself decides; this is asked
 * when it made no claim.
 *
 * @param someoneMayClaim whether any of the runtimes may hold claims
 * @param epochStands whether the gate's epoch is the latest
 */
record ClaimRights(boolean someoneMayClaim, boolean epochStands) {

    static ClaimRights of(
            Database database, Connection connection, Collection<Long> runtimeIds, @Nullable GateEpoch epoch)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                SELECT EXISTS (SELECT FROM turing.runtimes
                                WHERE runtime_id = ANY (CAST(? AS bigint[]))
                                  AND ended_at IS NULL AND NOT draining AND lease_until > clock_timestamp()),
                       ? OR EXISTS (SELECT FROM turing.gates WHERE model = ? AND epoch = ?)"""))) {
            statement.setArray(1, connection.createArrayOf("bigint", runtimeIds.toArray()));
            statement.setBoolean(2, epoch == null);
            statement.setString(3, epoch == null ? null : epoch.model());
            statement.setLong(4, epoch == null ? 0 : epoch.epoch());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new ClaimRights(row.getBoolean(1), row.getBoolean(2));
            }
        }
    }

    void check(Set<Long> runtimeIds, @Nullable GateEpoch epoch) throws LeaseLapsed, EpochPassed {
        checkLease(runtimeIds);
        if (!epochStands && epoch != null) {
            throw new EpochPassed("the gate of model '" + epoch.model() + "' is no longer in epoch " + epoch.epoch()
                    + ": a later incarnation of it has begun");
        }
    }

    void checkLease(Set<Long> runtimeIds) throws LeaseLapsed {
        if (!someoneMayClaim) {
            String named =
                    new TreeSet<>(runtimeIds).stream().map(String::valueOf).collect(Collectors.joining(", "));
            throw new LeaseLapsed(
                    runtimeIds.size() == 1
                            ? "runtime " + named + " claims nothing more: its lease has lapsed, or it drains"
                            : "runtimes " + named + " claim nothing more: their leases have lapsed, or they drain");
        }
    }
}
