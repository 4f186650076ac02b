package dev.orderflow;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.flyway.FlywayConfigurationCustomizer;
import org.springframework.boot.autoconfigure.flyway.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.retry.RetryCallback;
import org.springframework.retry.RetryContext;
import org.springframework.retry.RetryListener;
import org.springframework.retry.support.RetryTemplate;
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
    private final RetryTemplate attempts = RetryTemplate.builder()
            .withTimeout(PATIENCE)
            .fixedBackoff(PAUSE)
            .retryOn(Migrations::isHeld)
            .withListener(new SayOnce())
            .build();

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
        attempts.execute(attempt -> flyway.migrate());
    }

    private static boolean isHeld(Throwable failure) {
        return NestedExceptionUtils.getMostSpecificCause(failure) instanceof SQLException sql
                && SOMEBODY_HOLDS_IT.contains(sql.getSQLState());
    }

    private static final class SayOnce implements RetryListener {

        @Override
        public <T, E extends Throwable> void onError(
                RetryContext attempt, RetryCallback<T, E> migration, Throwable failure) {
            if (attempt.getRetryCount() == 1 && isHeld(failure)) {
                LOG.warn(
                        "a migration waits for tables that somebody holds, such as a backup; it is tried again until they"
                                + " are free, for {} minutes: {}",
                        PATIENCE.toMinutes(),
                        failure.getMessage());
            }
        }
    }
}
