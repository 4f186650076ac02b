package dev.orderflow;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.stereotype.Component;

/**
 * Migrations may work as long as they like, so their connections have none of the pool's limits; but while one waits for a table,
 * every node that wants it waits behind. So they wait for a moment only, and begin again: a backup may take hours, and orders go on.
 */
@Component
class Migrations implements FlywayConfigurationCustomizer, FlywayMigrationStrategy {

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Set<String> SOMEBODY_HOLDS_IT = Set.of("55P03", "40P01");

    private final DataSource pool;

    Migrations(DataSource pool) {
        this.pool = pool;
    }

    @Override
    public void customize(FluentConfiguration flyway) {
        flyway.dataSource(DataSourceBuilder.derivedFrom(pool)
                        .type(SimpleDriverDataSource.class)
                        .build())
                .initSql("set lock_timeout = " + MOMENT.toMillis());
    }

    /** Each migration is a transaction, so one that could not have its tables has changed nothing. */
    @Override
    public void migrate(Flyway flyway) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean told = false;
        while (true) {
            try {
                flyway.migrate();
                return;
            } catch (FlywayException failure) {
                if (!isHeld(failure) || System.nanoTime() > end) {
                    throw failure;
                }
                if (!told) {
                    LOG.warn(
                            "a migration waits for tables that somebody holds, such as a backup; it is tried again until"
                                    + " they are free, for {} minutes: {}",
                            PATIENCE.toMinutes(),
                            failure.getMessage());
                    told = true;
                }
            }
            pause();
        }
    }

    private static boolean isHeld(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && SOMEBODY_HOLDS_IT.contains(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while a migration waited", e);
        }
    }
}
