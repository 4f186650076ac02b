package dev.orderflow.operations;

import java.time.Duration;
import java.util.function.Function;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What is not as it should be, though orders go on: DEGRADED, so that somebody looks, while no node is taken out of service for it.
 * Database, broker and engine have indicators of their own.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WatchProperties.class)
class Healths {

    static final Status DEGRADED = new Status("DEGRADED", "orders go on, but somebody should look");

    private final Readings readings;
    private final WatchProperties limits;

    Healths(Readings readings, WatchProperties limits) {
        this.readings = readings;
        this.limits = limits;
    }

    /** Events wait too long for the broker. */
    @Bean
    HealthIndicator relayHealthIndicator() {
        return indicator(reading -> judge(reading.backlog().age(), limits.relayLag())
                .withDetail("waiting", reading.backlog().events())
                .withDetail("oldestSeconds", reading.backlog().age().toSeconds()));
    }

    /** Messages wait so long for their order that it may never come. */
    @Bean
    HealthIndicator parkedHealthIndicator() {
        return indicator(reading -> judge(reading.backlog().parkedAge(), limits.parked())
                .withDetail("waiting", reading.backlog().parked())
                .withDetail("oldestSeconds", reading.backlog().parkedAge().toSeconds()));
    }

    /** Timers do not fire in time, or gave up. */
    @Bean
    HealthIndicator timersHealthIndicator() {
        return indicator(reading -> judge(reading.overdueTimers() + reading.incidents() == 0)
                .withDetail("overdue", reading.overdueTimers())
                .withDetail("oldestSeconds", reading.overdue().toSeconds())
                .withDetail("incidents", reading.incidents()));
    }

    /** Messages could not be taken in. */
    @Bean
    HealthIndicator deadLettersHealthIndicator() {
        return indicator(reading -> judge(reading.backlog().deadLetters() == 0)
                .withDetail("open", reading.backlog().deadLetters()));
    }

    private HealthIndicator indicator(Function<Reading, Health.Builder> judgement) {
        return () -> readings.last()
                .map(judgement)
                .orElseGet(() -> Health.unknown().withDetail("reason", "the database was not read lately"))
                .build();
    }

    private static Health.Builder judge(Duration age, Duration limit) {
        return judge(age.compareTo(limit) <= 0);
    }

    private static Health.Builder judge(boolean fine) {
        return fine ? Health.up() : Health.status(DEGRADED);
    }
}
