package dev.orderflow;

import javax.sql.DataSource;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.stereotype.Component;

/** Migrations get connections without the pool's limits, for they may take as long as they like. */
@Component
class MigrationConnections implements FlywayConfigurationCustomizer {

    private final DataSource pool;

    MigrationConnections(DataSource pool) {
        this.pool = pool;
    }

    @Override
    public void customize(FluentConfiguration flyway) {
        flyway.dataSource(DataSourceBuilder.derivedFrom(pool)
                .type(SimpleDriverDataSource.class)
                .build());
    }
}
