package dev.orderflow.messaging;

import dev.orderflow.order.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** How far messaging is behind: what waits to be published, what waits for its order, and what waits for somebody to look at it. */
@Repository
public class Backlog {

    /** Nothing is counted further; whoever is this far behind need not know by how much. */
    public static final int MOST = 100_000;

    private final JdbcClient jdbc;
    private final Clock clock;

    Backlog(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Reads the table and the partial indexes of what waits, and nothing of what is done. */
    public Lag lag() {
        return jdbc.sql("""
                        select (select count(*) from (select from outbox limit :most) o) as events,
                               (select happened_at from outbox join order_event e on e.id = event_id order by event_id limit 1)
                                   as oldest_event,
                               (select count(*) from (select from dead_letter where published_at is null limit :most) d)
                                   as unpublished_dead_letters,
                               (select count(*) from (select from dead_letter where resolved_at is null limit :most) d)
                                   as dead_letters,
                               (select count(*) from (select from inbox where body is not null limit :most) i) as parked,
                               (select received_at from inbox where body is not null order by expires_at limit 1) as oldest_parked
                        """).param("most", MOST).query((row, i) -> lag(row)).single();
    }

    private Lag lag(ResultSet row) throws SQLException {
        return new Lag(
                row.getLong("events"),
                age(row, "oldest_event"),
                row.getLong("unpublished_dead_letters"),
                row.getLong("dead_letters"),
                row.getLong("parked"),
                age(row, "oldest_parked"));
    }

    private Duration age(ResultSet row, String column) throws SQLException {
        Instant since = SqlTime.instant(row.getObject(column, OffsetDateTime.class));
        return since == null ? Duration.ZERO : Duration.between(since, clock.instant());
    }

    /**
     * @param events recorded and not yet confirmed by the broker
     * @param age of the oldest of them
     * @param unpublishedDeadLetters kept and not yet shown in the dead queue
     * @param deadLetters not taken in after all, and not put away
     * @param parked messages that wait for their order
     * @param parkedAge of the one that waits longest
     */
    public record Lag(
            long events,
            Duration age,
            long unpublishedDeadLetters,
            long deadLetters,
            long parked,
            Duration parkedAge) {}
}
