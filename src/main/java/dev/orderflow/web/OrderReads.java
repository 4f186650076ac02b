package dev.orderflow.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderflow.order.Address;
import dev.orderflow.order.CancelReason;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.SqlTime;
import dev.orderflow.payment.Applied;
import dev.orderflow.payment.Refund;
import dev.orderflow.payment.RefundReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The read model: what the API shows of orders and their money. It stands here and not in a feature because it looks across all of
 * them, by SQL alone. Each answer comes from one snapshot and takes a fixed number of statements, however many rows it shows.
 */
@Repository
@Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
class OrderReads {

    private static final int MAX_UNASSIGNED = 200;

    private static final String PAYMENTS = """
            select payment_key, provider, payment_id, order_no, method, amount, currency, paid_at, recorded_at, effect, refunded
            from payment
            """;

    private static final String REFUNDS = """
            select r.refund_id, r.order_no, p.payment_id, p.provider, p.method, r.amount, r.currency, r.reason, r.status,
                   r.failure, r.provider_reference, r.note, r.requested_at, r.settled_at
            from refund r join payment p using (payment_key)
            """;

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    OrderReads(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    Optional<OrderView> find(String orderNo) {
        List<OrderView.Line> lines = jdbc.sql(
                        "select line, sku, title, quantity, unit_price from order_line where order_no = :orderNo order by line")
                .param("orderNo", orderNo)
                .query(OrderView.Line.class)
                .list();
        if (lines.isEmpty()) {
            return Optional.empty(); // every order has a line
        }
        List<OrderView.Payment> payments = jdbc.sql(PAYMENTS + "where order_no = :orderNo order by payment_key")
                .param("orderNo", orderNo)
                .query(OrderReads::payment)
                .list();
        List<OrderView.RefundView> refunds = jdbc.sql(
                        REFUNDS + "where r.order_no = :orderNo order by r.requested_at, r.refund_id")
                .param("orderNo", orderNo)
                .query(OrderReads::refund)
                .list();
        return jdbc.sql("""
                        select o.*, c.name, c.email, c.phone, c.ship_to, c.cancel_note, s.carrier, s.tracking_number, s.ship_from,
                               s.shipped_at as parcel_shipped_at, s.delivered_at as parcel_delivered_at,
                               r.rating, r.comment, r.reviewed_at as review_at
                        from orders o
                        left join order_contact c using (order_no)
                        left join shipment s using (order_no)
                        left join review r using (order_no)
                        where o.order_no = :orderNo
                        """)
                .param("orderNo", orderNo)
                .query((row, i) -> order(row, lines, payments, refunds))
                .optional();
    }

    OrderPage list(OrderFilter filter) {
        if (filter.isCombined()) {
            // A customer may have one order or a hundred thousand, and a sku too; a plan that is kept looks through the
            // wrong ones.
            jdbc.sql("select set_config('plan_cache_mode', 'force_custom_plan', true)")
                    .query(String.class)
                    .single();
        }
        List<OrderPage.Item> found = jdbc.sql(filter.sql())
                .params(filter.params())
                .query(OrderReads::item)
                .list();
        if (found.size() <= filter.limit()) {
            return new OrderPage(found, null);
        }
        List<OrderPage.Item> page = List.copyOf(found.subList(0, filter.limit()));
        OrderPage.Item last = page.get(page.size() - 1);
        return new OrderPage(page, new OrderFilter.Cursor(last.times().placedAt(), last.orderNo()).toString());
    }

    /** The events after the given sequence. */
    TimelineView timeline(String orderNo, long after, int limit) {
        List<TimelineView.Event> events = jdbc.sql("""
                        select sequence, type, happened_at, actor, data from order_event
                        where subject = :orderNo and sequence > :after
                        order by sequence limit :rows
                        """)
                .param("orderNo", orderNo)
                .param("after", after)
                .param("rows", limit + 1)
                .query((row, i) -> event(row))
                .list();
        if (events.size() <= limit) {
            return new TimelineView(orderNo, events, null);
        }
        return new TimelineView(
                orderNo,
                List.copyOf(events.subList(0, limit)),
                events.get(limit - 1).sequence());
    }

    Optional<OrderView.RefundView> refund(String refundId) {
        return jdbc.sql(REFUNDS + "where r.refund_id = :refundId")
                .param("refundId", refundId)
                .query(OrderReads::refund)
                .optional();
    }

    /** Money that waits for an order or for finance, the oldest first; of one order number or of all. */
    List<OrderView.Payment> unassigned(@Nullable String orderNo) {
        BadQuery.refuseUnseen("orderNo", orderNo);
        String unassigned = PAYMENTS + "where effect = 'UNASSIGNED' and refunded = 0";
        if (orderNo == null) {
            return jdbc.sql(unassigned + " order by payment_key limit :rows")
                    .param("rows", MAX_UNASSIGNED)
                    .query(OrderReads::payment)
                    .list();
        }
        return jdbc.sql(unassigned + " and order_no = :orderNo order by payment_key limit :rows")
                .param("orderNo", orderNo)
                .param("rows", MAX_UNASSIGNED)
                .query(OrderReads::payment)
                .list();
    }

    private OrderView order(
            ResultSet row,
            List<OrderView.Line> lines,
            List<OrderView.Payment> payments,
            List<OrderView.RefundView> refunds)
            throws SQLException {
        OrderStatus status = OrderStatus.valueOf(row.getString("status"));
        String currency = row.getString("currency");
        List<OrderView.Payment> counted = payments.stream()
                .filter(payment -> payment.effect() != Applied.Effect.UNASSIGNED
                        && payment.currency().equals(currency))
                .toList();
        return new OrderView(
                row.getString("order_no"),
                status,
                status.chinese(),
                cancelReason(row),
                row.getString("customer_id"),
                maybeTime(row, "erased_at"),
                currency,
                lines,
                row.getLong("shipping"),
                row.getLong("tax"),
                row.getLong("discount"),
                row.getLong("total"),
                row.getString("payment_method"),
                counted.stream().mapToLong(OrderView.Payment::amount).sum(),
                counted.stream().mapToLong(OrderView.Payment::refunded).sum(),
                contact(row),
                payments,
                refunds,
                shipment(row),
                review(row),
                times(row));
    }

    private OrderView.@Nullable Contact contact(ResultSet row) throws SQLException {
        String shipTo = row.getString("ship_to");
        return shipTo == null
                ? null
                : new OrderView.Contact(
                        row.getString("name"),
                        row.getString("email"),
                        row.getString("phone"),
                        read(shipTo, Address.class),
                        row.getString("cancel_note"));
    }

    private static OrderView.@Nullable Shipment shipment(ResultSet row) throws SQLException {
        String carrier = row.getString("carrier");
        return carrier == null
                ? null
                : new OrderView.Shipment(
                        carrier,
                        row.getString("tracking_number"),
                        row.getString("ship_from"),
                        time(row, "parcel_shipped_at"),
                        maybeTime(row, "parcel_delivered_at"));
    }

    private static OrderView.@Nullable Review review(ResultSet row) throws SQLException {
        int rating = row.getInt("rating");
        return row.wasNull() ? null : new OrderView.Review(rating, row.getString("comment"), time(row, "review_at"));
    }

    private static OrderPage.Item item(ResultSet row, int i) throws SQLException {
        OrderStatus status = OrderStatus.valueOf(row.getString("status"));
        return new OrderPage.Item(
                row.getString("order_no"),
                status,
                status.chinese(),
                cancelReason(row),
                row.getString("customer_id"),
                row.getString("currency"),
                row.getLong("total"),
                row.getString("payment_method"),
                row.getInt("lines"),
                row.getLong("pieces"),
                times(row));
    }

    private static OrderView.Times times(ResultSet row) throws SQLException {
        return new OrderView.Times(
                time(row, "placed_at"),
                maybeTime(row, "paid_at"),
                maybeTime(row, "released_at"),
                maybeTime(row, "shipped_at"),
                maybeTime(row, "delivered_at"),
                maybeTime(row, "received_at"),
                maybeTime(row, "reviewed_at"),
                maybeTime(row, "completed_at"),
                maybeTime(row, "cancelled_at"));
    }

    private TimelineView.Event event(ResultSet row) throws SQLException {
        JsonNode data = read(row.getString("data"), JsonNode.class);
        return new TimelineView.Event(
                row.getLong("sequence"),
                row.getString("type"),
                time(row, "happened_at"),
                row.getString("actor"),
                data,
                data.path("reason").textValue());
    }

    private static OrderView.Payment payment(ResultSet row, int i) throws SQLException {
        return new OrderView.Payment(
                row.getLong("payment_key"),
                row.getString("provider"),
                row.getString("payment_id"),
                row.getString("order_no"),
                row.getString("method"),
                row.getLong("amount"),
                row.getString("currency"),
                time(row, "paid_at"),
                time(row, "recorded_at"),
                Applied.Effect.valueOf(row.getString("effect")),
                row.getLong("refunded"));
    }

    private static OrderView.RefundView refund(ResultSet row, int i) throws SQLException {
        return new OrderView.RefundView(
                row.getString("refund_id"),
                row.getString("order_no"),
                row.getString("payment_id"),
                row.getString("provider"),
                row.getString("method"),
                row.getLong("amount"),
                row.getString("currency"),
                RefundReason.valueOf(row.getString("reason")),
                Refund.Status.valueOf(row.getString("status")),
                row.getString("failure"),
                row.getString("provider_reference"),
                row.getString("note"),
                time(row, "requested_at"),
                maybeTime(row, "settled_at"));
    }

    private static @Nullable CancelReason cancelReason(ResultSet row) throws SQLException {
        String reason = row.getString("cancel_reason");
        return reason == null ? null : CancelReason.valueOf(reason);
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(maybeTime(row, column), column);
    }

    private static @Nullable Instant maybeTime(ResultSet row, String column) throws SQLException {
        return SqlTime.instant(row.getObject(column, OffsetDateTime.class));
    }

    private <T> T read(String text, Class<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what we wrote as JSON cannot be read", e);
        }
    }
}
