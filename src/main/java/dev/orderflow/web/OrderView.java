package dev.orderflow.web;

import dev.orderflow.order.Address;
import dev.orderflow.order.CancelReason;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.payment.Applied;
import dev.orderflow.payment.Refund;
import dev.orderflow.payment.RefundReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One order with everything that is known of it. Amounts are in the minor unit of {@code currency}; {@code captured} and
 * {@code refunded} (requested or settled) leave out what came in another currency or is not assigned yet. Since {@code erasedAt}
 * there is no contact any more, and {@code customerId} says nothing of anybody.
 */
record OrderView(
        String orderNo,
        OrderStatus status,
        String statusChinese,
        @Nullable CancelReason cancelReason,
        String customerId,
        @Nullable Instant erasedAt,
        String currency,
        List<Line> lines,
        long shipping,
        long tax,
        long discount,
        long total,
        String paymentMethod,
        long captured,
        long refunded,
        @Nullable Contact contact,
        List<Payment> payments,
        List<RefundView> refunds,
        @Nullable Shipment shipment,
        @Nullable Review review,
        Times times) {

    record Line(int line, String sku, String title, int quantity, long unitPrice) {}

    /** The only place with personal data; what somebody wrote when they cancelled may hold some too. */
    record Contact(
            String name,
            @Nullable String email,
            @Nullable String phone,
            Address shipTo,
            @Nullable String cancelNote) {}

    /** One row of the ledger, {@code paymentKey} its own name there; the amounts are in the payment's own currency. */
    record Payment(
            long paymentKey,
            String provider,
            String paymentId,
            String orderNo,
            String method,
            long amount,
            String currency,
            Instant paidAt,
            Instant recordedAt,
            Applied.Effect effect,
            long refunded) {}

    /** Money on its way back, or back. */
    record RefundView(
            String refundId,
            String orderNo,
            String paymentId,
            String provider,
            String method,
            long amount,
            String currency,
            RefundReason reason,
            Refund.Status status,
            @Nullable String failure,
            @Nullable String providerReference,
            @Nullable String note,
            Instant requestedAt,
            @Nullable Instant settledAt) {}

    record Shipment(
            String carrier,
            String trackingNumber,
            String shipFrom,
            Instant shippedAt,
            @Nullable Instant deliveredAt) {}

    record Review(int rating, @Nullable String comment, Instant reviewedAt) {}

    /** When the order met each of its events; null for what has not happened. */
    record Times(
            Instant placedAt,
            @Nullable Instant paidAt,
            @Nullable Instant releasedAt,
            @Nullable Instant shippedAt,
            @Nullable Instant deliveredAt,
            @Nullable Instant receivedAt,
            @Nullable Instant reviewedAt,
            @Nullable Instant completedAt,
            @Nullable Instant cancelledAt) {}
}
