package dev.orderflow.inventory;

import java.time.Instant;

/** An inventory system counted a sku: {@code onHand} pieces were there at {@code countedAt}. */
public record StockAdjusted(long onHand, Instant countedAt) {}
