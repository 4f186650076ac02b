package dev.orderflow.order;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The buyer has the goods. */
public record ConfirmReceipt(@Nullable Instant receivedAt) {}
