package dev.orderflow.messaging;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.stereotype.Component;

/** Connections for the relay: to the same database as the pool's, but not out of the pool, for the relay keeps its own for ever. */
@Component
class RelayConnections {

    private final SimpleDriverDataSource database;

    RelayConnections(DataSource pool) {
        this.database = DataSourceBuilder.derivedFrom(pool)
                .type(SimpleDriverDataSource.class)
                .build();
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "orderflow-relay");
        // A server that is gone without a word is noticed, in seconds.
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "15");
        database.setConnectionProperties(properties);
    }

    Connection open() throws SQLException {
        return database.getConnection();
    }
}
