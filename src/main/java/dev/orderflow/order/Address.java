package dev.orderflow.order;

import org.jspecify.annotations.Nullable;

/** Where a parcel goes: the receiving address of the order. {@code country} is an ISO 3166-1 alpha-2 code. */
public record Address(
        String name,
        @Nullable String phone,
        String country,
        @Nullable String region,
        String city,
        @Nullable String postcode,
        String street) {}
