package dev.orderflow.messaging;

import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Messages that could not be read, broke a rule, failed every time or waited in vain: the original bytes and what is wrong with
 * them. The relay shows each to the outside in the queue {@code orders.commands.dead}.
 */
@Repository
public class DeadLetters {

    private static final int LONGEST_REASON = 4_000;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final MessageReader reader;
    private final Inbox inbox;

    DeadLetters(JdbcClient jdbc, Clock clock, MessageReader reader, Inbox inbox) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.reader = reader;
        this.inbox = inbox;
    }

    /** Keeps the bytes and the reason, in the caller's transaction if there is one. */
    UUID keep(byte[] body, String reason) {
        UUID id = UUID.randomUUID();
        jdbc.sql("insert into dead_letter (id, body, reason, received_at) values (:id, :body, :reason, :now)")
                .param("id", id)
                .param("body", body)
                .param("reason", readable(reason))
                .param("now", SqlTime.of(clock.instant()))
                .update();
        return id;
    }

    /** The newest dead letters, newest first. */
    public List<DeadLetter> list(int limit) {
        return jdbc.sql("""
                        select id, reason, length(body) as size, received_at, published_at, retried_at, retry_result, resolved_at
                        from dead_letter order by received_at desc, id limit :limit
                        """)
                .param("limit", limit)
                .query(DeadLetters::deadLetter)
                .list();
    }

    /** The bytes as they came. */
    public Optional<byte[]> body(UUID id) {
        return jdbc.sql("select body from dead_letter where id = :id")
                .param("id", id)
                .query((row, i) -> row.getBytes("body"))
                .optional();
    }

    /**
     * Takes the bytes in once more, as if they had just come, and notes the result.
     *
     * @return the answer, or empty if there is no such dead letter
     * @throws BrokenRule if they still cannot be taken in
     */
    public Optional<Answer> retry(UUID id, String actor) {
        return body(id).map(body -> {
            try {
                Answer answer = inbox.receiveAgain(reader.read(body), actor);
                noteRetry(id, answer);
                return answer;
            } catch (BrokenRule broken) {
                noteRetry(id, "BROKEN: " + broken.getMessage(), false);
                throw broken;
            }
        });
    }

    /** Notes that this dead letter was sent again and what it came to. */
    void noteRetry(UUID id, Answer answer) {
        String result = answer.outcome().name();
        noteRetry(id, answer.reason() == null ? result : result + ": " + answer.reason(), true);
    }

    /**
     * Puts one away that nobody will send again: it counts as resolved, and is removed when it is old.
     *
     * @return false if there is no such dead letter
     */
    public boolean discard(UUID id, String actor) {
        return noteRetry(id, "DISCARDED by " + actor, true) == 1;
    }

    private int noteRetry(UUID id, String result, boolean resolved) {
        return jdbc.sql("""
                        update dead_letter set retried_at = :now, retry_result = :result,
                                               resolved_at = case when :resolved then coalesce(resolved_at, :now) end
                        where id = :id
                        """)
                .param("now", SqlTime.of(clock.instant()))
                .param("result", readable(result))
                .param("resolved", resolved)
                .param("id", id)
                .update();
    }

    /** Reasons quote what strangers sent: short enough for a header, and without what text must not hold. */
    private static String readable(String reason) {
        String clean = reason.replaceAll("\\p{Cntrl}", " ");
        return clean.length() <= LONGEST_REASON ? clean : clean.substring(0, LONGEST_REASON) + " …";
    }

    private static DeadLetter deadLetter(ResultSet row, int i) throws SQLException {
        return new DeadLetter(
                row.getObject("id", UUID.class),
                row.getString("reason"),
                row.getInt("size"),
                row.getObject("received_at", OffsetDateTime.class).toInstant(),
                SqlTime.instant(row.getObject("published_at", OffsetDateTime.class)),
                SqlTime.instant(row.getObject("retried_at", OffsetDateTime.class)),
                row.getString("retry_result"),
                SqlTime.instant(row.getObject("resolved_at", OffsetDateTime.class)));
    }
}
