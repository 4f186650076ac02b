package dev.orderflow.shipping;

import java.time.Instant;

/** The carrier says it delivered the parcel. */
public record ShipmentDelivered(String trackingNumber, Instant deliveredAt) {}
