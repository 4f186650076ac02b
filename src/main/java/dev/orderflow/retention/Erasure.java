package dev.orderflow.retention;

import dev.orderflow.order.Actor;
import dev.orderflow.order.SqlTime;
import dev.orderflow.order.Timeline;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Forgets a buyer and keeps the books: amounts, lines, order numbers, payments and refunds stay, and nobody can tell any more whose
 * they were. The customer's id goes too, for shops use addresses and account numbers as ids; in its place stands one that means
 * nothing. Every order says on its timeline that it happened, so that whoever fetched the contact can drop it as well.
 */
@Repository
public class Erasure {

    private static final String EVENT = "ContactErased";

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Timeline timeline;
    private final BuyersLetters letters;
    private final TransactionTemplate transaction;

    Erasure(
            JdbcClient jdbc,
            Clock clock,
            Timeline timeline,
            BuyersLetters letters,
            PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.timeline = timeline;
        this.letters = letters;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Who or what wants it. */
    enum Why {
        REQUEST,
        RETENTION
    }

    /**
     * Erases what is known of the customer, all of it or nothing. Doing it again erases nothing more.
     *
     * @param actor who asked, such as {@code http:sam}
     * @throws StillRunning if some of the customer's orders go on
     */
    public Erased erase(String customer, String actor) {
        return Actor.as(
                actor,
                () -> transaction.execute(status -> {
                    List<Found> found = lock(customer);
                    List<String> running = found.stream()
                            .filter(Found::running)
                            .map(Found::orderNo)
                            .toList();
                    if (!running.isEmpty()) {
                        throw new StillRunning(running);
                    }
                    int deadLetters = letters.erase(buyer(customer, numbers(found)));
                    return erase(found, Why.REQUEST, deadLetters);
                }));
    }

    /** Erases the contacts of finished orders, in the transaction that has locked them. */
    void eraseLocked(List<String> orders, Why why) {
        if (!orders.isEmpty()) {
            List<Found> found = jdbc.sql(
                            "select order_no, status, false as running from orders where order_no = any (:orders)")
                    .param("orders", orders.toArray(String[]::new))
                    .query(Found.class)
                    .list();
            Actor.as("retention", () -> erase(found, why, 0));
        }
    }

    private List<Found> lock(String customer) {
        return jdbc.sql("""
                        select order_no, status,
                               status not in ('COMPLETED', 'CANCELLED')
                               or exists (select from refund r where r.order_no = o.order_no and r.status <> 'SETTLED') as running
                        from orders o where customer_id = :customer and erased_at is null
                        order by order_no for update
                        """).param("customer", customer).query(Found.class).list();
    }

    private static List<String> numbers(List<Found> found) {
        return found.stream().map(Found::orderNo).toList();
    }

    private BuyersLetters.Buyer buyer(String customer, List<String> orders) {
        List<String> marks = new ArrayList<>(List.of(customer));
        jdbc.sql("select email, phone from order_contact where order_no = any (:orders)")
                .param("orders", orders.toArray(String[]::new))
                .query(row -> {
                    if (row.getString("email") != null) {
                        marks.add(row.getString("email"));
                    }
                    if (row.getString("phone") != null) {
                        marks.add(row.getString("phone"));
                    }
                });
        return new BuyersLetters.Buyer(marks.stream().distinct().toList(), orders);
    }

    private Erased erase(List<Found> found, Why why, int deadLetters) {
        List<String> orders = numbers(found);
        String[] numbers = orders.toArray(String[]::new);
        // All of one request's orders get the same, or the books could not even say how many buyers there were.
        String shared = why == Why.REQUEST ? "'erased-' || :one" : "'erased-' || gen_random_uuid()";
        jdbc.sql("update orders set erased_at = :now, customer_id = " + shared + " where order_no = any (:orders)")
                .param("now", SqlTime.of(clock.instant()))
                .param("one", UUID.randomUUID().toString())
                .param("orders", numbers)
                .update();
        change(numbers, """
                update order_event e set data = jsonb_set(e.data::jsonb, '{customerId}', to_jsonb(o.customer_id))::text
                from orders o where o.order_no = any (:orders) and e.subject = o.order_no and e.type = 'OrderPlaced'
                """);
        Erased erased = new Erased(
                orders,
                change(numbers, "delete from order_contact where order_no = any (:orders)"),
                change(
                        numbers,
                        "update review set comment = null where order_no = any (:orders) and comment is not null"),
                change(numbers, "update refund set note = null where order_no = any (:orders) and note is not null"),
                eraseTalk(numbers),
                change(numbers, """
                        update inbox set outcome = 'REFUSED', reason = 'erased', body = null, expires_at = null
                        where order_no = any (:orders) and body is not null
                        """),
                deadLetters);
        found.forEach(order ->
                timeline.record(order.orderNo(), EVENT, Map.of("status", order.status(), "reason", why.name())));
        return erased;
    }

    /** What people wrote to each other at the tasks of these orders, and of their payments and refunds. */
    private int eraseTalk(String[] orders) {
        String instances = """
                select id_ from act_hi_procinst
                where business_key_ = any (:orders)
                   or business_key_ in (select refund_id from refund where order_no = any (:orders))
                """;
        change(
                orders,
                "delete from act_ge_bytearray where id_ in (select content_id_ from act_hi_attachment where proc_inst_id_ in (%s))"
                        .formatted(instances));
        int attachments =
                change(orders, "delete from act_hi_attachment where proc_inst_id_ in (%s)".formatted(instances));
        return attachments
                + change(orders, "delete from act_hi_comment where proc_inst_id_ in (%s)".formatted(instances));
    }

    private int change(String[] orders, String sql) {
        return jdbc.sql(sql).param("orders", orders).update();
    }

    private record Found(String orderNo, String status, boolean running) {}
}
