package org.turing.runtime.bench.contenders;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** Connections for a peer in its own process, from the pool that most of its users have. */
final class Pool {

    private Pool() {}

    static HikariDataSource open(JobLoop.Place place, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(place.url());
        config.setUsername(place.user());
        config.setPassword(place.password());
        config.setMaximumPoolSize(connections);
        return new HikariDataSource(config);
    }
}
