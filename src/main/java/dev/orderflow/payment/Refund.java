package dev.orderflow.payment;

/** A refund and the payment it gives back; the amount is in the currency's minor unit. */
public record Refund(
        String refundId,
        String orderNo,
        long amount,
        String currency,
        RefundReason reason,
        Status status,
        String provider,
        String paymentId,
        String method) {

    /** REQUESTED from the provider, ESCALATED to finance, SETTLED once and for all. */
    public enum Status {
        REQUESTED,
        ESCALATED,
        SETTLED
    }
}
