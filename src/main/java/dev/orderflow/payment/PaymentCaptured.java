package dev.orderflow.payment;

import java.time.Instant;

/** A provider took {@code amount} (minor unit of {@code currency}) from a buyer. Unique by provider and payment id. */
public record PaymentCaptured(
        String paymentId, String provider, String method, long amount, String currency, Instant paidAt) {}
