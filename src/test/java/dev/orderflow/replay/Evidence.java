package dev.orderflow.replay;

import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.SqlTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the database knows, asked from outside: by SQL, past the application's own classes. */
final class Evidence {

    private final JdbcClient jdbc;

    Evidence(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The row of the inbox. */
    record Answer(String outcome, @Nullable String reason) {}

    /**
     * What can still happen by itself.
     *
     * @param refunds how many were ever asked for
     * @param waking whether a parked message has not yet been tried in its order's present status
     * @param due when the next timer fires
     * @param expiry when the next parked message has waited long enough
     */
    record Pending(
            long refunds,
            boolean waking,
            @Nullable Instant due,
            @Nullable Instant expiry) {}

    /** Amounts of the ledger, in centavos. */
    record Money(long captured, long refunded, long settled, long kept, long keptOfCancelled) {}

    /**
     * What became of the orders that waited for their payment in vain.
     *
     * @param paid those of them for which money came all the same, too late or too little
     * @param unequal those that did not give back exactly what they got
     */
    record TimedOut(long orders, long paid, long captured, long refunded, long unequal) {}

    /** Pieces. */
    record Pieces(long onHand, long reserved, long deducted) {}

    boolean isUntouched() {
        return jdbc.sql("select not exists (select from inbox) and not exists (select from orders)")
                .query(Boolean.class)
                .single();
    }

    /** Those of the messages that were taken in. */
    Map<String, Answer> answers(Collection<Step> steps) {
        Map<String, Answer> answers = new HashMap<>();
        jdbc.sql("""
                        select message_id, outcome, reason
                        from unnest(:sources::text[], :ids::text[]) as sent (source, message_id)
                        join inbox using (source, message_id)
                        """)
                .param(
                        "sources",
                        steps.stream().map(step -> step.type().source()).toArray(String[]::new))
                .param("ids", steps.stream().map(Step::id).toArray(String[]::new))
                .query(row -> {
                    answers.put(row.getString("message_id"), answer(row));
                });
        return answers;
    }

    /** Every message ever taken in. */
    Map<String, Answer> answers() {
        Map<String, Answer> answers = new HashMap<>();
        jdbc.sql("select message_id, outcome, reason from inbox").query(row -> {
            answers.put(row.getString("message_id"), answer(row));
        });
        return answers;
    }

    private static Answer answer(ResultSet row) throws SQLException {
        return new Answer(row.getString("outcome"), row.getString("reason"));
    }

    Pending pending() {
        return jdbc.sql("""
                        select (select count(*) from refund) as refunds,
                               exists (select from inbox i join orders o using (order_no)
                                       where i.body is not null and i.status is distinct from o.status) as waking,
                               (select min(duedate_) from act_ru_job where retries_ > 0) as due,
                               (select min(expires_at) from inbox where body is not null) as expiry
                        """)
                .query((row, i) -> new Pending(
                        row.getLong("refunds"),
                        row.getBoolean("waking"),
                        row.getTimestamp("due") == null
                                ? null
                                : row.getTimestamp("due").toInstant(),
                        SqlTime.instant(row.getObject("expiry", OffsetDateTime.class))))
                .single();
    }

    Map<String, OrderStatus> statuses() {
        Map<String, OrderStatus> statuses = new HashMap<>();
        jdbc.sql("select order_no, status from orders").query(row -> {
            statuses.put(row.getString("order_no"), OrderStatus.valueOf(row.getString("status")));
        });
        return statuses;
    }

    Map<String, Long> cancellations() {
        return counts(
                "select cancel_reason, count(*) from orders where cancel_reason is not null group by 1 order by 1");
    }

    Map<String, Long> refunds() {
        return counts("select reason || ' ' || status, count(*) from refund group by 1 order by 1");
    }

    Map<String, Long> events() {
        return counts("select type, count(*) from order_event group by 1 order by 1");
    }

    long eventCount() {
        return count("select count(*) from order_event");
    }

    long deadLetters() {
        return count("select count(*) from dead_letter");
    }

    long unpublished() {
        return count("""
                select (select count(*) from outbox)
                     + (select count(*) from dead_letter where published_at is null)
                """);
    }

    private long count(String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }

    /** Jobs that failed, and tasks that only people can do who were not played. */
    Map<String, Long> leftovers() {
        return counts("""
                select 'failed job ' || coalesce(exception_msg_, ''), count(*) from act_ru_job where retries_ = 0 group by 1
                union all
                select 'task ' || task_def_key_, count(*) from act_ru_task
                where task_def_key_ in ('UserTask_AssignOrRefund', 'UserTask_RefundByHand') group by 1
                union all
                select 'parked ' || type, count(*) from inbox where body is not null group by 1
                """);
    }

    Money money() {
        return jdbc.sql("""
                        select coalesce(sum(p.amount), 0) as captured,
                               coalesce(sum(p.refunded), 0) as refunded,
                               (select coalesce(sum(amount), 0) from refund where status = 'SETTLED') as settled,
                               coalesce(sum(p.amount - p.refunded), 0) as kept,
                               coalesce(sum(abs(p.amount - p.refunded)) filter (where o.status = 'CANCELLED'), 0) as of_cancelled
                        from payment p left join orders o using (order_no)
                        """)
                .query((row, i) -> new Money(
                        row.getLong("captured"),
                        row.getLong("refunded"),
                        row.getLong("settled"),
                        row.getLong("kept"),
                        row.getLong("of_cancelled")))
                .single();
    }

    TimedOut timedOut() {
        return jdbc.sql("""
                        select count(*) as orders, count(captured) as paid, coalesce(sum(captured), 0) as captured,
                               coalesce(sum(refunded), 0) as refunded, count(*) filter (where captured is distinct from refunded) as unequal
                        from orders
                        left join (select order_no, sum(amount) as captured from payment group by order_no) p using (order_no)
                        left join (select order_no, sum(amount) as refunded from refund where status = 'SETTLED'
                                   group by order_no) r using (order_no)
                        where cancel_reason = 'PAYMENT_OVERDUE'
                        """).query(TimedOut.class).single();
    }

    Pieces pieces() {
        return jdbc.sql("""
                        select coalesce(sum(on_hand), 0) as on_hand, coalesce(sum(reserved), 0) as reserved,
                               (select coalesce(sum(quantity), 0) from reservation where state = 'DEDUCTED') as deducted
                        from stock
                        """)
                .query((row, i) -> new Pieces(row.getLong("on_hand"), row.getLong("reserved"), row.getLong("deducted")))
                .single();
    }

    private Map<String, Long> counts(String sql) {
        Map<String, Long> counts = new LinkedHashMap<>();
        jdbc.sql(sql).query(row -> {
            counts.put(row.getString(1), row.getLong(2));
        });
        return counts;
    }

    /** The tasks in which finance decides about money that nobody could assign. */
    List<String> unassignedMoney() {
        return jdbc.sql("select id_ from act_ru_task where task_def_key_ = 'UserTask_AssignOrRefund'")
                .query(String.class)
                .list();
    }
}
