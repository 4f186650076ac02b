package dev.orderflow.payment;

/** The provider gave the money back. */
public record RefundSettled(String refundId, String providerReference) {}
