package dev.orderflow.payment;

/** Why money goes back to its payer. */
public enum RefundReason {
    ORDER_CANCELLED,
    ALREADY_PAID,
    WRONG_CURRENCY,
    OVERPAID,
    UNASSIGNED
}
