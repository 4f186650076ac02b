package dev.orderflow.web;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What must hold at every commit, each as one question to the database that finds the rows which break it. All are asked of one
 * snapshot, so orders may go on meanwhile. Asked by operators at {@code /actuator/invariants} and by tests after whatever they did.
 *
 * <p>Like the read model this looks across all features, and at the engine's tables too: by SQL alone, for an engine that is asked
 * about itself would prove nothing. The queries read whole tables; they are meant for an operator's question, not for a probe.
 */
@Component
@Endpoint(id = "invariants")
public class Invariants {

    private static final int MAX_ROWS = 20;

    /**
     * Where an order waits in each status, in any version of the model that was ever released: orders finish on the version they began
     * with, so a place stays here when a newer version no longer has it.
     */
    private static final Map<String, List<String>> PLACES = Map.of(
            "PENDING_PAYMENT", List.of("ReceiveTask_WaitForPayment"),
            "PAID", List.of("UserTask_ReviewOrder"),
            "AWAITING_SHIPMENT", List.of("UserTask_ShipOrder"),
            "SHIPPED", List.of("UserTask_ConfirmReceipt"),
            "AWAITING_RECEIPT", List.of("UserTask_ConfirmReceipt"),
            "RECEIVED", List.of("ReceiveTask_WaitForReview"));

    private static final Map<String, String> QUERIES = new LinkedHashMap<>();

    static {
        // Stock
        QUERIES.put("reserved stock is what orders hold", """
                select sku, s.reserved, r.held
                from stock s
                full join (select sku, sum(quantity) as held from reservation where state = 'ACTIVE' group by sku) r using (sku)
                where coalesce(s.reserved, 0) <> coalesce(r.held, 0)
                """);
        QUERIES.put("more is reserved than on hand only where a count found too little", """
                select sku, on_hand, reserved from stock s
                where reserved > on_hand
                  and not exists (select from order_event e where e.subject = s.sku and e.type = 'StockShort')
                """);
        QUERIES.put("an order holds its pieces until it is shipped or cancelled, and none after", """
                select order_no, o.status, sku, w.wanted, h.held
                from (select order_no, sku, sum(quantity) as wanted
                      from order_line join orders using (order_no)
                      where status in ('PENDING_PAYMENT', 'PAID', 'AWAITING_SHIPMENT')
                      group by order_no, sku) w
                full join (select order_no, sku, quantity as held from reservation where state = 'ACTIVE') h
                    using (order_no, sku)
                left join orders o using (order_no)
                where w.wanted is distinct from h.held
                """);
        QUERIES.put("a shipped order's pieces left the house", """
                select order_no, status, sku, w.wanted, d.deducted
                from (select order_no, status, sku, sum(quantity) as wanted
                      from order_line join orders using (order_no)
                      where status in ('SHIPPED', 'AWAITING_RECEIPT', 'RECEIVED', 'COMPLETED')
                      group by order_no, status, sku) w
                full join (select order_no, sku, quantity as deducted from reservation where state = 'DEDUCTED') d
                    using (order_no, sku)
                where w.wanted is distinct from d.deducted
                """);

        // Money
        QUERIES.put("an order's total is the sum of its parts", """
                select order_no, total, l.lines, shipping, tax, discount
                from orders
                left join (select order_no, sum(quantity * unit_price) as lines from order_line group by order_no) l
                    using (order_no)
                where total is distinct from l.lines + shipping + tax - discount
                """);
        QUERIES.put(
                "a paid order keeps exactly its total, one that waits for payment less, a cancelled one nothing", """
                select order_no, status, total, kept
                from (select o.order_no, o.status, o.total,
                             coalesce(sum(p.amount - p.refunded) filter (where p.currency = o.currency), 0) as kept,
                             coalesce(sum(p.amount - p.refunded) filter (where p.currency <> o.currency), 0) as foreign_kept
                      from orders o
                      left join payment p on p.order_no = o.order_no and p.effect <> 'UNASSIGNED'
                      group by o.order_no) money
                where foreign_kept <> 0
                   or case status when 'CANCELLED' then kept <> 0 when 'PENDING_PAYMENT' then kept >= total
                                  else kept <> total end
                """);
        QUERIES.put("what a payment gave back is what its refunds say", """
                select p.payment_key, p.order_no, p.amount, p.currency, p.refunded, r.refunds
                from payment p
                left join (select payment_key, sum(amount) as refunds,
                                  min(currency) as currency, max(currency) as other_currency
                           from refund group by payment_key) r using (payment_key)
                where p.refunded <> coalesce(r.refunds, 0) or r.currency <> p.currency or r.other_currency <> p.currency
                """);
        QUERIES.put("captured money belongs to an order, goes back, or waits for its order or for finance", """
                select p.payment_key, p.order_no, p.effect, p.amount, p.currency, p.refunded
                from payment p
                where case p.effect
                          when 'UNASSIGNED' then p.refunded not in (0, p.amount)
                          when 'EXCESS' then p.refunded <> p.amount
                          else not exists (select from orders o where o.order_no = p.order_no) end
                """);
        QUERIES.put("unassigned money waits in exactly one payment process each", """
                select order_no, m.waiting, i.instances, i.places
                from (select order_no, count(*) as waiting from payment
                      where effect = 'UNASSIGNED' and refunded = 0 group by order_no) m
                full join (select root.business_key_ as order_no, count(distinct root.id_) as instances,
                                  string_agg(coalesce(place.id, 'nowhere'), ', ') as places,
                                  bool_and(coalesce(place.id, '') in ('ReceiveTask_WaitForOrder', 'UserTask_AssignOrRefund'))
                                      and count(*) = count(distinct root.id_) as in_place
                           from (%s) root left join (%s) place on place.instance = root.id_
                           where root.process = 'payment'
                           group by root.business_key_) i using (order_no)
                where m.waiting is distinct from i.instances or not i.in_place
                """.formatted(instances(), places()));
        QUERIES.put(
                "a refund that is not settled waits in exactly one refund process", """
                select refund_id, r.status, r.place as expected, i.places as actual
                from (select refund_id, status, case status when 'REQUESTED' then 'ReceiveTask_WaitForSettlement'
                                                           when 'ESCALATED' then 'UserTask_RefundByHand' end as place
                      from refund where status <> 'SETTLED') r
                full join (%s) i on i.business_key = r.refund_id
                where r.place is distinct from i.places
                """.formatted(waiting("refund")));

        // The order's life
        QUERIES.put("an order that goes on waits in exactly one process at the place of its status", """
                select coalesce(o.order_no, i.business_key) as order_no, o.status, o.places as expected, i.places as actual
                from (select order_no, status, places
                      from orders left join (values %s) place (status, places) using (status)
                      where status not in ('COMPLETED', 'CANCELLED')) o
                full join (%s) i on i.business_key = o.order_no
                where o.order_no is null or i.business_key is null or o.places is null or i.places <> all (o.places)
                """.formatted(
                        placesByStatus(), waiting("order")));
        QUERIES.put("an order ends exactly once", """
                select o.order_no, o.status, o.completed_at, o.cancelled_at, coalesce(e.ends, 0) as ends
                from orders o
                left join (select subject, count(*) as ends from order_event
                           where type in ('OrderCompleted', 'OrderCancelled') group by subject) e on e.subject = o.order_no
                where (o.status = 'COMPLETED') <> (o.completed_at is not null)
                   or (o.status = 'CANCELLED') <> (o.cancelled_at is not null)
                   or (o.status in ('COMPLETED', 'CANCELLED'))::int <> coalesce(e.ends, 0)
                """);
        QUERIES.put("an order has a reason exactly if it is cancelled", """
                select order_no, status, cancel_reason from orders
                where (status = 'CANCELLED') <> (cancel_reason is not null)
                """);
        QUERIES.put("an order has its parcel once it is shipped, and its review once it is reviewed", """
                select o.order_no, o.status, o.shipped_at, s.carrier, o.reviewed_at, r.rating
                from orders o
                left join shipment s using (order_no)
                left join review r using (order_no)
                where (o.status in ('SHIPPED', 'AWAITING_RECEIPT', 'RECEIVED', 'COMPLETED')) <> (s.order_no is not null)
                   or (o.shipped_at is not null) <> (s.order_no is not null)
                   or (o.reviewed_at is not null) <> (r.order_no is not null)
                """);
        QUERIES.put("what belongs to an order or a sku has one", """
                select c.what, c.order_no, c.sku
                from (select 'order_line' as what, order_no, null as sku from order_line
                      union all select 'order_contact', order_no, null from order_contact
                      union all select 'reservation', order_no, sku from reservation
                      union all select 'shipment', order_no, null from shipment
                      union all select 'review', order_no, null from review) c
                left join orders o on o.order_no = c.order_no
                left join stock s on s.sku = c.sku
                where o.order_no is null or c.sku is not null and s.sku is null
                """);
        QUERIES.put("every timeline counts from 1 without gaps, or from where its removed beginning ended", """
                select subject, min(sequence) as first, count(*) as events, max(sequence) as last, events_removed
                from order_event left join orders on order_no = subject
                group by subject, events_removed
                having min(sequence) <> 1 + coalesce(events_removed, 0) or count(*) <> max(sequence) - min(sequence) + 1
                """);
        QUERIES.put("every order's timeline ends in its status", """
                select o.order_no, o.status, e.status as told
                from orders o
                left join (select distinct on (subject) subject, data::jsonb ->> 'status' as status
                           from order_event
                           where type in ('OrderPlaced', 'OrderPaid', 'OrderReleased', 'OrderShipped', 'OrderDelivered',
                                          'OrderReceived', 'OrderReviewed', 'OrderCompleted', 'OrderCancelled')
                           order by subject, sequence desc) e on e.subject = o.order_no
                where o.status is distinct from e.status
                """);
        QUERIES.put("a message has a body and a time to wait exactly as long as it waits", """
                select source, message_id, order_no, outcome, body is not null as has_body, expires_at from inbox
                where (body is null) <> (expires_at is null) or body is not null and outcome <> 'PARKED'
                """);
    }

    private final JdbcClient jdbc;

    Invariants(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Asks everything; {@code broken} holds up to 20 rows for each sentence that does not hold. */
    @ReadOperation
    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    public Answer check() {
        // Here whole tables are read, which no other statement of ours should.
        jdbc.sql("set local enable_seqscan = on").update();
        jdbc.sql("set local enable_hashagg = on").update();
        Map<String, List<Map<String, Object>>> broken = new LinkedHashMap<>();
        QUERIES.forEach((sentence, query) -> {
            List<Map<String, Object>> rows = rows(query);
            if (!rows.isEmpty()) {
                broken.put(sentence, rows);
            }
        });
        return new Answer(broken.isEmpty(), broken);
    }

    /** Everything that must hold, in words. */
    static Collection<String> sentences() {
        return QUERIES.keySet();
    }

    private List<Map<String, Object>> rows(String query) {
        return jdbc.sql("select * from (" + query + ") broken limit " + MAX_ROWS)
                .query()
                .listOfRows();
    }

    /** Every place where these questions let an order wait. */
    public static Set<String> placesOfOrders() {
        return PLACES.values().stream().flatMap(List::stream).collect(Collectors.toSet());
    }

    private static String placesByStatus() {
        return PLACES.entrySet().stream()
                .map(status -> "('%s', array['%s'])".formatted(status.getKey(), String.join("', '", status.getValue())))
                .collect(Collectors.joining(", "));
    }

    /** The process instances that run. */
    private static String instances() {
        return """
                select e.id_, e.business_key_, d.key_ as process
                from act_ru_execution e join act_re_procdef d on d.id_ = e.proc_def_id_
                where e.parent_id_ is null
                """;
    }

    /** Where they wait: at a task for people, or for a message. */
    private static String places() {
        return """
                select proc_inst_id_ as instance, task_def_key_ as id from act_ru_task where proc_inst_id_ is not null
                union all
                select proc_inst_id_, activity_id_ from act_ru_event_subscr where activity_id_ like 'ReceiveTask%'
                """;
    }

    /** Each business key of a process with all places where its instances wait; two instances are two places. */
    private static String waiting(String process) {
        return """
                select root.business_key_ as business_key, string_agg(coalesce(place.id, 'nowhere'), ', ') as places
                from (%s) root left join (%s) place on place.instance = root.id_
                where root.process = '%s'
                group by root.business_key_
                """.formatted(instances(), places(), process);
    }

    /** What {@link Invariants#check} found: {@code {"ok":true,"broken":{}}} is the good news. */
    public record Answer(boolean ok, Map<String, List<Map<String, Object>>> broken) {}
}
