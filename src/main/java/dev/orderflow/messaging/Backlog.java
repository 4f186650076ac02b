package dev.orderflow.messaging;

import dev.orderflow.order.SqlTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** How far messaging is behind: what waits to be published, and what waits for its order. */
@Repository
public class Backlog {

    private final JdbcClient jdbc;
    private final Clock clock;

    Backlog(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    public Lag lag() {
        Instant now = clock.instant();
        return jdbc.sql("""
                        select (select count(*) from order_event where published_at is null) as events,
                               (select happened_at from order_event where published_at is null order by id limit 1) as oldest,
                               (select count(*) from dead_letter where published_at is null) as dead_letters,
                               (select count(*) from inbox where body is not null) as parked
                        """)
                .query((row, i) -> {
                    Instant oldest = SqlTime.instant(row.getObject("oldest", OffsetDateTime.class));
                    return new Lag(
                            row.getLong("events"),
                            oldest == null ? Duration.ZERO : Duration.between(oldest, now),
                            row.getLong("dead_letters"),
                            row.getLong("parked"));
                })
                .single();
    }

    /**
     * @param events recorded and not yet confirmed by the broker
     * @param age of the oldest of them
     * @param deadLetters kept and not yet shown in the dead queue
     * @param parked messages that wait for their order
     */
    public record Lag(long events, Duration age, long deadLetters, long parked) {}
}
