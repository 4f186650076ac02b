package dev.orderflow.retention;

import dev.orderflow.order.SqlTime;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.Period;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes old rows, one small batch in one transaction. A lock lets one node do so at a time; rows that somebody works with are left
 * to the next time.
 */
@Repository
class OldRows {

    /** The times of finished orders, as the indexes on them are written. */
    private static final String FINISHED =
            "status in ('COMPLETED', 'CANCELLED') and coalesce(completed_at, cancelled_at) < :before";

    private static final int LONGEST_SECONDS = 30;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final RetentionProperties properties;
    private final Erasure erasure;
    private final TransactionTemplate transaction;

    OldRows(
            JdbcClient jdbc,
            Clock clock,
            RetentionProperties properties,
            Erasure erasure,
            PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.properties = properties;
        this.erasure = erasure;
        this.transaction = new TransactionTemplate(transactions);
        this.transaction.setTimeout(LONGEST_SECONDS);
    }

    /**
     * Removes the oldest.
     *
     * @return how many rows; none also where they are kept for ever or another node is at it
     */
    int removeBatch(Kind kind) {
        @Nullable
        Period age = switch (kind) {
            case EVENTS -> properties.events();
            case INBOX -> properties.inbox();
            case DEAD_LETTERS -> properties.deadLetters();
            case CONTACTS -> properties.contact();
        };
        if (age == null) {
            return 0;
        }
        OffsetDateTime before = SqlTime.of(clock.instant()).minus(age);
        Integer removed = transaction.execute(status -> lock() ? remove(kind, before) : 0);
        return removed == null ? 0 : removed;
    }

    private boolean lock() {
        return jdbc.sql("select pg_try_advisory_xact_lock(hashtext(current_schema()), hashtext('orderflow.retention'))")
                .query(Boolean.class)
                .single();
    }

    private int remove(Kind kind, OffsetDateTime before) {
        return switch (kind) {
            case EVENTS -> removeEvents(before);
            case INBOX -> removeMessages(before);
            case DEAD_LETTERS -> removeDeadLetters(before);
            case CONTACTS -> eraseContacts(before);
        };
    }

    /**
     * Of an order that is finished and whose money is settled, what came before its end. The end stays, and what came after it: so
     * the next event still finds the number to go on from, and how the order ended can still be read.
     */
    private int removeEvents(OffsetDateTime before) {
        return jdbc.sql("""
                        with finished as (
                            select o.order_no, e.sequence from orders o
                            cross join lateral (
                                select min(sequence) as sequence from order_event
                                where subject = o.order_no and type in ('OrderCompleted', 'OrderCancelled')) e
                            where %s and events_removed = 0
                              and e.sequence > 1
                              and not exists (select from order_event u join outbox on event_id = u.id
                                              where u.subject = o.order_no)
                              and not exists (select from refund r where r.order_no = o.order_no and r.status <> 'SETTLED')
                            order by coalesce(completed_at, cancelled_at) limit :batch
                            for update of o skip locked),
                        noted as (
                            update orders o set events_removed = f.sequence - 1 from finished f
                            where o.order_no = f.order_no)
                        delete from order_event e using finished f where e.subject = f.order_no and e.sequence < f.sequence
                        """.formatted(FINISHED))
                .param("before", before)
                .param("batch", properties.batch())
                .update();
    }

    private int removeMessages(OffsetDateTime before) {
        return jdbc.sql("""
                        delete from inbox where ctid = any (array(
                            select ctid from inbox
                            where received_at < :before and body is null and not (type = 'PlaceOrder' and subject is null)
                            order by received_at limit :batch for update skip locked))
                        """)
                .param("before", before)
                .param("batch", properties.batch())
                .update();
    }

    private int removeDeadLetters(OffsetDateTime before) {
        return jdbc.sql("""
                        delete from dead_letter where ctid = any (array(
                            select ctid from dead_letter
                            where resolved_at is not null and resolved_at < :before and published_at is not null
                            order by resolved_at limit :batch for update skip locked))
                        """)
                .param("before", before)
                .param("batch", properties.batch())
                .update();
    }

    private int eraseContacts(OffsetDateTime before) {
        List<String> orders = jdbc.sql("""
                        select order_no from orders o
                        where %s and erased_at is null
                          and not exists (select from refund r where r.order_no = o.order_no and r.status <> 'SETTLED')
                        order by coalesce(completed_at, cancelled_at) limit :batch
                        for update skip locked
                        """.formatted(FINISHED))
                .param("before", before)
                .param("batch", properties.batch())
                .query(String.class)
                .list();
        erasure.eraseLocked(orders, Erasure.Why.RETENTION);
        return orders.size();
    }
}
