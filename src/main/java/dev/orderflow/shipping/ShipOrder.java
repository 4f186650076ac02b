package dev.orderflow.shipping;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The parcel left the house. Without {@code shipFrom} it left from {@code orderflow.ship-from}. */
public record ShipOrder(
        String carrier,
        String trackingNumber,
        @Nullable Instant shippedAt,
        @Nullable String shipFrom) {}
