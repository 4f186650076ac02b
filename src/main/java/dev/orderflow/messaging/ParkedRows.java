package dev.orderflow.messaging;

import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The part of the table {@code inbox} that waits: the rows that still have their body. */
@Repository
class ParkedRows {

    private static final String COLUMNS = "source, message_id, type, order_no, reason, body, actor, received_at";

    private final JdbcClient jdbc;
    private final Clock clock;

    ParkedRows(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The order's next message in the order of arrival, after the given one or from the beginning. */
    Optional<ParkedRow> next(String orderNo, @Nullable ParkedRow after) {
        return jdbc.sql("select " + COLUMNS + """
                         from inbox
                        where order_no = :orderNo and body is not null
                          and (received_at, source, message_id) > (:receivedAt, :source, :id)
                        order by received_at, source, message_id limit 1
                        """)
                .param("orderNo", orderNo)
                .param("receivedAt", after == null ? OffsetDateTime.MIN : after.receivedAt())
                .param("source", after == null ? "" : after.source())
                .param("id", after == null ? "" : after.messageId())
                .query(ParkedRows::row)
                .optional();
    }

    /** Locks the row until the transaction ends; false if it waits no longer or somebody else is at it. */
    boolean lock(ParkedRow row) {
        return jdbc.sql("""
                        select 1 from inbox
                        where source = :source and message_id = :id and body is not null
                        for update skip locked
                        """)
                .param("source", row.source())
                .param("id", row.messageId())
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    void refuse(ParkedRow row, @Nullable OrderStatus status, String reason) {
        jdbc.sql("""
                        update inbox set outcome = 'REFUSED', status = :status, reason = :reason, body = null, expires_at = null
                        where source = :source and message_id = :id
                        """)
                .param("status", status == null ? null : status.name())
                .param("reason", reason)
                .param("source", row.source())
                .param("id", row.messageId())
                .update();
    }

    /** Notes that the message was tried in the order's present status, so that only the next one is worth a try. */
    void noteTried(ParkedRow row) {
        jdbc.sql("""
                        update inbox i set status = o.status from orders o
                        where i.source = :source and i.message_id = :id and o.order_no = i.order_no
                        """).param("source", row.source()).param("id", row.messageId()).update();
    }

    List<ParkedRow> expired(int limit) {
        return jdbc.sql("select " + COLUMNS + """
                         from inbox
                        where body is not null and expires_at <= :now
                        order by expires_at limit :limit
                        """)
                .param("now", SqlTime.of(clock.instant()))
                .param("limit", limit)
                .query(ParkedRows::row)
                .list();
    }

    /**
     * Looks at the next {@code limit} waiting messages and tells which of their orders have moved since they were last tried. A
     * message keeps the status it was tried in, so one comparison tells.
     *
     * @param after the last order number of the page before, or empty to begin
     */
    List<Waiting> page(String after, int limit) {
        return jdbc.sql("""
                        select i.order_no, o.status is not null and o.status is distinct from i.status as moved
                        from (select order_no, status from inbox
                              where body is not null and order_no > :after order by order_no limit :limit) i
                        left join orders o on o.order_no = i.order_no
                        order by i.order_no
                        """)
                .param("after", after)
                .param("limit", limit)
                .query((row, i) -> new Waiting(row.getString("order_no"), row.getBoolean("moved")))
                .list();
    }

    private static ParkedRow row(ResultSet row, int i) throws SQLException {
        return new ParkedRow(
                row.getString("source"),
                row.getString("message_id"),
                row.getString("type"),
                row.getString("order_no"),
                row.getString("reason"),
                row.getString("body"),
                row.getString("actor"),
                row.getObject("received_at", OffsetDateTime.class));
    }

    /** A message waits for this order; whether the order moved since it was last tried. */
    record Waiting(String orderNo, boolean moved) {}
}
