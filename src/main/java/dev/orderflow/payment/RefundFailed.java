package dev.orderflow.payment;

/** The provider cannot give the money back; finance does it by hand. */
public record RefundFailed(String refundId, String reason) {}
