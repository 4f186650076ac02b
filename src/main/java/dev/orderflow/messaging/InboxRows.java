package dev.orderflow.messaging;

import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.order.LastWrites;
import dev.orderflow.order.LastWrites.Write;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code inbox}: one row for every message that was taken in, by the identity its sender gave it. */
@Repository
class InboxRows {

    private final JdbcClient jdbc;
    private final LastWrites lastWrites;
    private final Clock clock;
    private final Duration parking;

    InboxRows(
            JdbcClient jdbc, LastWrites lastWrites, Clock clock, @Value("${orderflow.parking:P1D}") Duration parking) {
        this.jdbc = jdbc;
        this.lastWrites = lastWrites;
        this.clock = clock;
        this.parking = parking;
    }

    /**
     * Enters the message with its outcome, when the transaction commits. While a twin of it is being taken in elsewhere, the commit waits
     * for the twin's transaction; where a twin is there already, it fails with {@link KnownAlready}.
     */
    void insert(Taken taken) {
        lastWrites
                .of(this, TakenIn.class, () -> new TakenIn(clock.instant(), parking))
                .rows
                .add(taken);
    }

    /** The answers that stand in the rows of those of these messages that were taken in before. */
    Map<Message, Answer> findAll(List<Message> messages) {
        Map<Message, Answer> found = new HashMap<>();
        jdbc.sql("""
                        select m.place, i.outcome, i.order_no, i.status, i.reason
                        from unnest(:sources::text[], :ids::text[]) with ordinality as m (source, id, place)
                        cross join lateral (
                            select outcome, order_no, status, reason from inbox
                            where source = m.source and message_id = m.id offset 0) i
                        """)
                .param("sources", Write.column(messages, Message::source))
                .param("ids", Write.column(messages, Message::id))
                .query((RowCallbackHandler) row -> found.put(messages.get(row.getInt("place") - 1), answer(row, 0)));
        return found;
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

    /** What the current transaction has taken in. */
    private static final class TakenIn implements LastWrites.Collected {

        private static final String INSERT = """
                insert into inbox (received_at, expires_at, source, message_id, type, subject, actor,
                                   outcome, order_no, status, reason, body)
                %s
                on conflict (source, message_id) do nothing
                """;

        private static final String INSERT_ONE =
                INSERT.formatted("values (?, ?::timestamptz, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

        private static final String INSERT_ALL = INSERT.formatted("""
                select ?, case when m.body is not null then ?::timestamptz end, m.*
                from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                            ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                     as m (source, id, type, subject, actor, outcome, order_no, status, reason, body)""");

        /** What of a message and its answer goes into which column, from {@code source} on. */
        private static final List<Function<Taken, @Nullable String>> COLUMNS = List.of(
                taken -> taken.message().source(),
                taken -> taken.message().id(),
                taken -> taken.message().type().wireName(),
                taken -> taken.message().subject(),
                Taken::actor,
                taken -> stored(taken.answer()).name(),
                taken -> taken.answer().orderNo(),
                taken -> name(taken.answer().status()),
                taken -> taken.answer().reason(),
                Taken::body);

        /** Rows are entered in one order, so that nobody waits for each other. */
        private static final Comparator<Taken> ORDER = Comparator.comparing(
                        (Taken taken) -> taken.message().source())
                .thenComparing(taken -> taken.message().id());

        private final List<Taken> rows = new ArrayList<>();
        private final Instant now;
        private final Duration parking;

        TakenIn(Instant now, Duration parking) {
            this.now = now;
            this.parking = parking;
        }

        @Override
        public Write write() {
            rows.sort(ORDER);
            OffsetDateTime received = SqlTime.of(now);
            OffsetDateTime expires = SqlTime.of(now.plus(parking));
            List<@Nullable Object> values = new ArrayList<>();
            values.add(received);
            if (rows.size() == 1) {
                Taken one = rows.get(0);
                values.add(one.body() == null ? null : expires);
                COLUMNS.forEach(value -> values.add(value.apply(one)));
                return new Write(INSERT_ONE, values, this::check);
            }
            values.add(expires);
            COLUMNS.forEach(value -> values.add(Write.column(rows, value)));
            return new Write(INSERT_ALL, values, this::check);
        }

        private void check(int written) {
            if (written != rows.size()) {
                throw new KnownAlready(rows);
            }
        }
    }

    /** Rolls back the work of the later twin. */
    static final class KnownAlready extends RuntimeException {

        private static final long serialVersionUID = 1L;

        KnownAlready(List<Taken> taken) {
            super(
                    "of these messages some were taken in before: "
                            + taken.stream()
                                    .map(one -> one.message().source() + " "
                                            + one.message().id())
                                    .collect(Collectors.joining(", ")),
                    null,
                    false,
                    false);
        }
    }

    /** A message, what it was answered and who sent it. */
    record Taken(Message message, Answer answer, String actor) {

        @Nullable
        String body() {
            return waitsHere(message, answer) ? message.json() : null;
        }
    }
}
