package dev.orderflow.payment;

import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.Order;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.Orders;
import dev.orderflow.order.Orders.Along;
import dev.orderflow.order.SqlTime;
import dev.orderflow.order.Timeline;
import dev.orderflow.payment.Applied.Effect;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The ledger of captured money. A payment is never refused: it is recorded once by provider and payment id, and then it covers
 * the order, waits for the rest, waits for the order itself, or goes back. Amounts are in the currency's minor unit.
 */
@Repository
public class Payments {

    private static final String WRITE = """
            with earlier as (
                select coalesce(sum(amount - refunded), 0) as captured from payment
                where order_no = ? and currency = ? and effect <> 'UNASSIGNED')
            insert into payment (provider, payment_id, order_no, effect, method, amount, currency, paid_at, recorded_at)
            select ?, ?, ?, case when not o.wanted then ? when captured + ? >= o.total then 'COVERS' else 'PARTIAL' end,
                   ?, ?, ?, ?, ?
            from earlier cross join (%s) o
            on conflict (provider, payment_id) do nothing
            returning payment_key, effect, (select captured from earlier) as captured
            """;

    /** With the order as it stands in its row, which the statement before has locked. */
    private static final String WRITE_BY_ROW = WRITE.formatted(
            "select status = 'PENDING_PAYMENT' and currency = ? as wanted, total from orders where order_no = ?");

    private static final String WRITE_BY_KNOWN = WRITE.formatted("select ?::boolean as wanted, ?::bigint as total");

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Orders orders;
    private final Timeline timeline;

    Payments(JdbcClient jdbc, Clock clock, Orders orders, Timeline timeline) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.orders = orders;
        this.timeline = timeline;
    }

    /**
     * Records a capture, once, and says what it does to the order.
     *
     * @param along what else is asked in the round trip that locks the order and enters the payment
     * @throws BrokenRule if the provider told of the same payment before with other figures
     */
    public Applied record(String orderNo, PaymentCaptured payment, Along... along) {
        Entry entry = new Entry();
        Along write = write(orderNo, payment, Effect.EXCESS, WRITE_BY_ROW, List.of(payment.currency(), orderNo), entry);
        Optional<Order> order = orders.lock(
                orderNo, Stream.concat(Stream.of(write), Arrays.stream(along)).toList());
        if (!entry.sent) {
            // The order was locked before, and may have moved since, or there is none.
            write = write(
                    orderNo,
                    payment,
                    order.isEmpty() ? Effect.UNASSIGNED : Effect.EXCESS,
                    WRITE_BY_KNOWN,
                    List.of(
                            order.map(o -> wants(o, payment.currency())).orElse(false),
                            order.map(Order::total).orElse(0L)),
                    entry);
            jdbc.sql(write.sql()).params(write.values()).query(rows -> {
                entry.take(rows);
                return entry;
            });
        }
        if (entry.effect == null) {
            refuseOtherFigures(orderNo, payment);
            return new Applied(0, Effect.DUPLICATE, 0, null);
        }
        if (entry.effect == Effect.COVERS) {
            CoveredOrders.put(orderNo);
        }
        Applied applied = applied(
                entry.key, entry.effect, order.orElse(null), payment.amount(), payment.currency(), entry.captured);
        recordEvent(orderNo, payment, applied);
        return applied;
    }

    private Along write(
            String orderNo, PaymentCaptured payment, Effect otherwise, String sql, List<?> values, Entry entry) {
        List<Object> all = new ArrayList<>(List.of(orderNo, payment.currency()));
        all.addAll(List.of(
                payment.provider(),
                payment.paymentId(),
                orderNo,
                otherwise.name(),
                payment.amount(),
                payment.method(),
                payment.amount(),
                payment.currency(),
                SqlTime.of(payment.paidAt()),
                SqlTime.of(clock.instant())));
        all.addAll(values);
        return new Along(sql, all, true, entry::take);
    }

    /** What the ledger says of a payment that is entered; nothing where it stands there already. */
    private static final class Entry {

        private boolean sent;
        private long key;
        private @Nullable Effect effect;
        private long captured;

        void take(ResultSet rows) throws SQLException {
            sent = true;
            if (rows.next()) {
                key = rows.getLong("payment_key");
                effect = Effect.valueOf(rows.getString("effect"));
                captured = rows.getLong("captured");
            }
        }
    }

    /** Applies a payment that waited to the order it was meant for or is assigned to. */
    public Applied assign(long paymentKey, String orderNo) {
        Order order =
                orders.lock(orderNo).orElseThrow(() -> new BrokenRule("assignTo", "there is no order " + orderNo));
        PaymentCaptured payment = unassigned(paymentKey);
        long captured = captured(order.orderNo(), payment.currency());
        Effect effect = !wants(order, payment.currency())
                ? Effect.EXCESS
                : captured + payment.amount() >= order.total() ? Effect.COVERS : Effect.PARTIAL;
        jdbc.sql("update payment set order_no = :orderNo, effect = :effect where payment_key = :key")
                .param("orderNo", orderNo)
                .param("effect", effect.name())
                .param("key", paymentKey)
                .update();
        Applied applied = applied(paymentKey, effect, order, payment.amount(), payment.currency(), captured);
        if (effect == Effect.COVERS) {
            CoveredOrders.put(orderNo);
        }
        recordEvent(orderNo, payment, applied);
        return applied;
    }

    /** Whether the order's total is captured; true at once for an order that costs nothing. */
    public boolean covered(String orderNo) {
        Order order = orders.lock(orderNo).orElseThrow();
        boolean covered = captured(orderNo, order.currency()) >= order.total();
        if (covered) {
            CoveredOrders.put(orderNo);
        }
        return covered;
    }

    /** @throws IllegalStateException if the order's total is not captured: then nobody may call it paid, whatever a model says */
    public void requireCovered(String orderNo) {
        if (CoveredOrders.has(orderNo)) {
            return;
        }
        boolean covered =
                jdbc.sql("""
                        select total <= coalesce(sum(amount - refunded), 0) from orders o
                        left join payment p on p.order_no = o.order_no and p.currency = o.currency and p.effect <> 'UNASSIGNED'
                        where o.order_no = :orderNo group by total
                        """).param("orderNo", orderNo).query(Boolean.class).single();
        if (!covered) {
            throw new IllegalStateException("the total of order " + orderNo + " is not captured");
        }
    }

    /** Notes on the timeline that a provider could not take the money. */
    public void recordFailure(String orderNo, PaymentFailed failure) {
        orders.lock(orderNo);
        timeline.record(
                orderNo,
                "PaymentFailed",
                Map.of(
                        "paymentId", failure.paymentId(),
                        "provider", failure.provider(),
                        "method", failure.method(),
                        "reason", failure.reason()));
    }

    private long captured(String orderNo, String currency) {
        return jdbc.sql("""
                        select coalesce(sum(amount - refunded), 0) from payment
                        where order_no = :orderNo and currency = :currency and effect <> 'UNASSIGNED'
                        """)
                .param("orderNo", orderNo)
                .param("currency", currency)
                .query(Long.class)
                .single();
    }

    private PaymentCaptured unassigned(long paymentKey) {
        return jdbc.sql("""
                        select payment_id, provider, method, amount, currency, paid_at from payment
                        where payment_key = :key and effect = 'UNASSIGNED' and refunded = 0 for update
                        """)
                .param("key", paymentKey)
                .query((row, i) -> new PaymentCaptured(
                        row.getString("payment_id"),
                        row.getString("provider"),
                        row.getString("method"),
                        row.getLong("amount"),
                        row.getString("currency"),
                        row.getObject("paid_at", OffsetDateTime.class).toInstant()))
                .optional()
                .orElseThrow(
                        () -> new BrokenRule("payment", "payment " + paymentKey + " is not waiting to be assigned"));
    }

    private static boolean wants(Order order, String currency) {
        return order.status() == OrderStatus.PENDING_PAYMENT && order.currency().equals(currency);
    }

    private static Applied applied(
            long key, Effect effect, @Nullable Order order, long amount, String currency, long captured) {
        if (order == null) {
            return new Applied(key, effect, 0, null);
        }
        return switch (effect) {
            case COVERS -> {
                long excess = captured + amount - order.total();
                yield new Applied(key, effect, excess, excess > 0 ? RefundReason.OVERPAID : null);
            }
            case EXCESS -> new Applied(key, effect, amount, whyUnwanted(order, currency));
            default -> new Applied(key, effect, 0, null);
        };
    }

    private static RefundReason whyUnwanted(Order order, String currency) {
        if (order.status() == OrderStatus.CANCELLED) {
            return RefundReason.ORDER_CANCELLED;
        }
        return order.currency().equals(currency) ? RefundReason.ALREADY_PAID : RefundReason.WRONG_CURRENCY;
    }

    private void refuseOtherFigures(String orderNo, PaymentCaptured payment) {
        boolean same = jdbc.sql("""
                        select amount = :amount and currency = :currency from payment
                        where provider = :provider and payment_id = :paymentId
                        """)
                .param("amount", payment.amount())
                .param("currency", payment.currency())
                .param("provider", payment.provider())
                .param("paymentId", payment.paymentId())
                .query(Boolean.class)
                .single();
        if (!same) {
            throw new BrokenRule(
                    "data.paymentId",
                    "payment " + payment.paymentId() + " of " + payment.provider()
                            + " was recorded with another amount or currency; ask the provider (order " + orderNo
                            + ")");
        }
    }

    private void recordEvent(String orderNo, PaymentCaptured payment, Applied applied) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("paymentId", payment.paymentId());
        data.put("provider", payment.provider());
        data.put("method", payment.method());
        data.put("amount", payment.amount());
        data.put("currency", payment.currency());
        data.put("paidAt", payment.paidAt());
        data.put("effect", applied.effect());
        data.put("excess", applied.excess());
        timeline.record(orderNo, "PaymentRecorded", data);
    }
}
