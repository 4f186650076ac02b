package dev.orderflow.messaging;

import dev.orderflow.order.SqlTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * What waits to be published, seen through the one connection that holds the publisher's lock: whoever loses the connection loses the
 * lock and can mark nothing any more. Every statement commits by itself.
 */
class Outbox implements AutoCloseable {

    private final Connection connection;
    private final JdbcClient jdbc;
    private final Clock clock;

    /** @param silence after how long without a statement the server takes the lock away */
    Outbox(Connection connection, Clock clock, Duration silence) throws SQLException {
        this.connection = connection;
        this.jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        this.clock = clock;
        try (var settings = connection.createStatement()) {
            // A node that is paused, or whose machine or network is gone, cannot say goodbye.
            settings.execute("set idle_session_timeout = " + silence.toMillis());
            // As for the pool's connections: a plan made while the tables were small would read all events, every time.
            settings.execute("set enable_seqscan = off");
        }
    }

    /** Tries to become the one that publishes; the lock lasts as long as the connection. */
    boolean lead() {
        return jdbc.sql("select pg_try_advisory_lock(hashtext(current_schema()), hashtext('orderflow.relay'))")
                .query(Boolean.class)
                .single();
    }

    /**
     * The oldest events. Ids are drawn while the subject is locked, so the events of one subject come in their order, and none of them
     * becomes visible before those it follows. Each is looked up by itself (that is what {@code offset 0} is for): statistics of tables
     * that were small a moment ago would have all events read.
     */
    List<OutgoingEvent> events(int limit) {
        // without a parameter the plan is kept
        return jdbc.sql("select e.* from (select event_id from outbox order by event_id limit " + limit + """
                        ) o
                        cross join lateral (
                            select id, subject, sequence, type, data, happened_at, traceparent from order_event
                            where id = o.event_id offset 0) e
                        order by o.event_id
                        """)
                .query((row, i) -> new OutgoingEvent(
                        row.getLong("id"),
                        row.getString("subject"),
                        row.getLong("sequence"),
                        row.getString("type"),
                        row.getString("data"),
                        row.getObject("happened_at", OffsetDateTime.class),
                        row.getString("traceparent")))
                .list();
    }

    void markEvents(Collection<OutgoingEvent> published) {
        jdbc.sql("delete from outbox where event_id = any (:ids)")
                .param("ids", published.stream().map(OutgoingEvent::id).toArray(Long[]::new))
                .update();
    }

    List<OutgoingDeadLetter> deadLetters(int limit) {
        return jdbc.sql("""
                        select id, body, reason, received_at from dead_letter
                        where published_at is null order by received_at limit :limit
                        """)
                .param("limit", limit)
                .query((row, i) -> new OutgoingDeadLetter(
                        row.getObject("id", UUID.class),
                        row.getBytes("body"),
                        row.getString("reason"),
                        row.getObject("received_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    void markDeadLetters(Collection<OutgoingDeadLetter> published) {
        jdbc.sql("update dead_letter set published_at = :now where id = any (:ids)")
                .param("now", SqlTime.of(clock.instant()))
                .param("ids", published.stream().map(OutgoingDeadLetter::id).toArray(UUID[]::new))
                .update();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
