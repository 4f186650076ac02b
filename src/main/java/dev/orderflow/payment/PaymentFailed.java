package dev.orderflow.payment;

/** A provider could not take the money; the buyer may try again until the payment is overdue. */
public record PaymentFailed(String paymentId, String provider, String method, String reason) {}
