package dev.orderflow.payment;

import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.OrderNumbers;
import dev.orderflow.order.Orders;
import dev.orderflow.order.SqlTime;
import dev.orderflow.order.Timeline;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Money on its way back. A refund is reserved on its payment first (so no rival can give it back again), requested from the
 * provider, and settled once. Amounts are in the minor unit of the payment's currency.
 */
@Repository
public class Refunds {

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Orders orders;
    private final Timeline timeline;

    Refunds(JdbcClient jdbc, Clock clock, Orders orders, Timeline timeline) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.orders = orders;
        this.timeline = timeline;
    }

    /**
     * Reserves {@code amount} of the payment for its payer. The schema refuses more than was captured.
     *
     * @return the refund's id
     */
    public String reserve(long paymentKey, long amount, RefundReason reason) {
        CoveredOrders.forget();
        String refundId = "R-" + OrderNumbers.next();
        jdbc.sql("""
                        with source as (
                            update payment set refunded = refunded + :amount where payment_key = :key
                            returning payment_key, order_no, currency)
                        insert into refund (refund_id, payment_key, order_no, amount, currency, reason, status, requested_at)
                        select :refundId, payment_key, order_no, :amount, currency, :reason, 'REQUESTED', :now from source
                        """)
                .param("amount", amount)
                .param("key", paymentKey)
                .param("refundId", refundId)
                .param("reason", reason.name())
                .param("now", SqlTime.of(clock.instant()))
                .update();
        return refundId;
    }

    /**
     * Reserves all of a payment nobody could assign.
     *
     * @throws BrokenRule if somebody else assigned it or sent it back in the meantime
     */
    public String reserveUnassigned(long paymentKey) {
        String orderNo = jdbc.sql("select order_no from payment where payment_key = :key")
                .param("key", paymentKey)
                .query(String.class)
                .single();
        orders.lock(orderNo); // before the payment's row, as the order does that may be coming just now
        long amount = jdbc.sql("""
                        select amount from payment
                        where payment_key = :key and effect = 'UNASSIGNED' and refunded = 0 for update
                        """)
                .param("key", paymentKey)
                .query(Long.class)
                .optional()
                .orElseThrow(
                        () -> new BrokenRule("payment", "payment " + paymentKey + " is not waiting to be assigned"));
        return reserve(paymentKey, amount, RefundReason.UNASSIGNED);
    }

    /** Reserves whatever is captured for a cancelled order, one refund for each payment. */
    public List<String> reserveCaptured(String orderNo) {
        record Captured(long key, long amount) {}
        return jdbc
                .sql("""
                        select payment_key, amount - refunded as amount from payment
                        where order_no = :orderNo and effect <> 'UNASSIGNED' and amount > refunded
                        order by payment_key
                        """)
                .param("orderNo", orderNo)
                .query((row, i) -> new Captured(row.getLong("payment_key"), row.getLong("amount")))
                .list()
                .stream()
                .map(captured -> reserve(captured.key(), captured.amount(), RefundReason.ORDER_CANCELLED))
                .toList();
    }

    /** Asks the provider, by event, to give the money back. */
    public void request(String refundId) {
        Refund refund = lock(refundId).orElseThrow(() -> new IllegalStateException("no refund " + refundId));
        timeline.record(refund.orderNo(), "RefundRequested", data(refund));
    }

    /** Hands the refund to finance: the provider failed or did not answer in time. */
    public void escalate(String refundId, @Nullable String failure) {
        Refund refund = lock(refundId).orElseThrow(() -> new IllegalStateException("no refund " + refundId));
        String why = failure == null ? "the provider did not answer in time" : failure;
        jdbc.sql("update refund set status = 'ESCALATED', failure = :why where refund_id = :refundId")
                .param("why", why)
                .param("refundId", refundId)
                .update();
        Map<String, Object> data = data(refund);
        data.put("failure", why);
        timeline.record(refund.orderNo(), "RefundEscalated", data);
    }

    /**
     * The money is back with its payer, by the provider or by hand.
     *
     * @param note what finance wrote about it; kept with the refund and out of the event
     */
    public void settle(String refundId, String providerReference, @Nullable String note) {
        Refund refund = lock(refundId).orElseThrow(() -> new IllegalStateException("no refund " + refundId));
        int settled = jdbc.sql("""
                        update refund set status = 'SETTLED', provider_reference = :reference, note = :note, settled_at = :now
                        where refund_id = :refundId and status <> 'SETTLED'
                        """)
                .param("reference", providerReference)
                .param("note", note)
                .param("now", SqlTime.of(clock.instant()))
                .param("refundId", refundId)
                .update();
        if (settled == 0) {
            throw new BrokenRule("data.refundId", "refund " + refundId + " is settled already");
        }
        Map<String, Object> data = data(refund);
        data.put("providerReference", providerReference);
        timeline.record(refund.orderNo(), "RefundSettled", data);
    }

    /** The refund, with its order locked until the transaction ends. */
    public Optional<Refund> lock(String refundId) {
        Optional<Refund> refund = find(refundId);
        if (refund.isEmpty() || orders.isLocked(refund.get().orderNo())) {
            return refund;
        }
        orders.lock(refund.get().orderNo());
        return find(refundId); // read again: its status may have moved while we waited for the lock
    }

    private Optional<Refund> find(String refundId) {
        return jdbc.sql("""
                        select r.refund_id, r.order_no, r.amount, r.currency, r.reason, r.status, p.provider, p.payment_id, p.method
                        from refund r join payment p using (payment_key)
                        where r.refund_id = :refundId
                        """).param("refundId", refundId).query(Refund.class).optional();
    }

    private static Map<String, Object> data(Refund refund) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("refundId", refund.refundId());
        data.put("paymentId", refund.paymentId());
        data.put("provider", refund.provider());
        data.put("method", refund.method());
        data.put("amount", refund.amount());
        data.put("currency", refund.currency());
        data.put("reason", refund.reason());
        return data;
    }
}
