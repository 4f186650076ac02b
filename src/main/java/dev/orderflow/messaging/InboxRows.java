package dev.orderflow.messaging;

import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code inbox}: one row for every message ever taken in, by the identity its sender gave it. */
@Repository
class InboxRows {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Duration parking;

    InboxRows(JdbcClient jdbc, Clock clock, @Value("${orderflow.parking:P1D}") Duration parking) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.parking = parking;
    }

    /**
     * Enters the message with its outcome. While a twin is being taken in elsewhere, this waits for the twin's transaction.
     *
     * @return false if a twin is there already
     */
    boolean insert(Message message, Answer answer, String actor) {
        Instant now = clock.instant();
        return jdbc.sql("""
                                insert into inbox (source, message_id, type, subject, actor, received_at,
                                                   outcome, order_no, status, reason, body, expires_at)
                                values (:source, :id, :type, :subject, :actor, :now,
                                        :outcome, :orderNo, :status, :reason, :body, :expires)
                                on conflict (source, message_id) do nothing
                                """)
                        .param("source", message.source())
                        .param("id", message.id())
                        .param("type", message.type().wireName())
                        .param("subject", message.subject())
                        .param("actor", actor)
                        .param("now", SqlTime.of(now))
                        .param("outcome", stored(answer).name())
                        .param("orderNo", answer.orderNo())
                        .param("status", name(answer.status()))
                        .param("reason", answer.reason())
                        .param("body", waitsHere(message, answer) ? message.json() : null)
                        .param("expires", waitsHere(message, answer) ? SqlTime.of(now.plus(parking)) : null)
                        .update()
                == 1;
    }

    /** The answer that stands in the row of this message's identity, if it was taken in before. */
    Optional<Answer> find(Message message) {
        return jdbc.sql("""
                        select outcome, order_no, status, reason from inbox
                        where source = :source and message_id = :id
                        """)
                .param("source", message.source())
                .param("id", message.id())
                .query(InboxRows::answer)
                .optional();
    }

    /** Locks the message's row if it was refused; only then may it be handled again. */
    boolean lockRefused(Message message) {
        return jdbc.sql("""
                        select outcome from inbox
                        where source = :source and message_id = :id and outcome = 'REFUSED' for update
                        """)
                .param("source", message.source())
                .param("id", message.id())
                .query(String.class)
                .optional()
                .isPresent();
    }

    /** Puts a new outcome into the row of a message that was handled again. A message that stays parked keeps its time to wait. */
    void update(Message message, Answer answer) {
        jdbc.sql("""
                        update inbox set outcome = :outcome, order_no = :orderNo, status = :status, reason = :reason,
                                         body = :body, expires_at = case when :waits then coalesce(expires_at, :expires) end
                        where source = :source and message_id = :id
                        """)
                .param("source", message.source())
                .param("id", message.id())
                .param("outcome", stored(answer).name())
                .param("orderNo", answer.orderNo())
                .param("status", name(answer.status()))
                .param("reason", answer.reason())
                .param("body", waitsHere(message, answer) ? message.json() : null)
                .param("waits", waitsHere(message, answer))
                .param("expires", SqlTime.of(clock.instant().plus(parking)))
                .update();
    }

    /** What the handler calls a duplicate (one payment told twice, under two message ids) is here the first of its identity. */
    private static Outcome stored(Answer answer) {
        return answer.outcome() == Outcome.DUPLICATE ? Outcome.APPLIED : answer.outcome();
    }

    private static boolean waitsHere(Message message, Answer answer) {
        return answer.outcome() == Outcome.PARKED && !message.type().waitsInProcess();
    }

    private static @Nullable String name(@Nullable OrderStatus status) {
        return status == null ? null : status.name();
    }

    private static Answer answer(ResultSet row, int i) throws SQLException {
        String status = row.getString("status");
        return new Answer(
                Outcome.valueOf(row.getString("outcome")),
                row.getString("order_no"),
                status == null ? null : OrderStatus.valueOf(status),
                row.getString("reason"));
    }
}
