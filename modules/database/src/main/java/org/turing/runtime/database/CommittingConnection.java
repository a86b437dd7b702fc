package org.turing.runtime.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pool's connection that seems to commit by itself. In truth everything on it happens in transactions, since behind a
 * pooler nothing else can be told its limits; what was done without one is committed when the connection is closed.
 */
final class CommittingConnection implements InvocationHandler {

    /** What a statement comes from: with the first one a transaction begins. */
    private static final Set<String> BEGINNINGS = Set.of("createStatement", "prepareStatement", "prepareCall");

    private final Connection connection;
    private final Pool pool;
    private boolean autoCommit = true;
    private boolean begun;

    private CommittingConnection(Connection connection, Pool pool) {
        this.connection = connection;
        this.pool = pool;
    }

    /** @param connection lent by the pool, outside a transaction and with autocommit off */
    static Connection over(Connection connection, Pool pool) {
        return (Connection) Proxy.newProxyInstance(
                CommittingConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new CommittingConnection(connection, pool));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        switch (method.getName()) {
            case "getAutoCommit":
                return autoCommit;
            case "setAutoCommit":
                setAutoCommit(arguments != null && Boolean.TRUE.equals(arguments[0]));
                return null;
            case "close":
                close();
                return null;
            case "commit":
            case "rollback":
                begun = false;
                break;
            default:
                begin(method);
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }

    private void begin(Method method) throws SQLException {
        if (!begun && BEGINNINGS.contains(method.getName())) {
            pool.begin(connection);
            begun = true;
        }
    }

    /** A change of it commits, as JDBC says. */
    private void setAutoCommit(boolean wanted) throws SQLException {
        if (wanted != autoCommit) {
            end(true);
            autoCommit = wanted;
        }
    }

    private void close() throws SQLException {
        try (connection) {
            end(autoCommit);
        }
    }

    private void end(boolean commit) throws SQLException {
        if (begun) {
            begun = false;
            if (commit) {
                connection.commit();
            } else {
                connection.rollback();
            }
        }
    }
}
