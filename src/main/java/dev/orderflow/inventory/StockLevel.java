package dev.orderflow.inventory;

import java.time.Instant;

/** A sku's pieces: in the house, promised to orders, and free to sell. */
public record StockLevel(String sku, long onHand, long reserved, Instant countedAt) {

    /** Pieces free to sell; negative where a count found fewer than were promised. */
    public long available() {
        return onHand - reserved;
    }
}
