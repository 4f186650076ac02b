package dev.orderflow.order;

/** Why an order was cancelled. */
public enum CancelReason {
    OUT_OF_STOCK,
    PAYMENT_OVERDUE,
    CUSTOMER,
    OPERATOR
}
