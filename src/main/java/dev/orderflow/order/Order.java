package dev.orderflow.order;

/** What a decision about an order needs to know of it, read under its lock. Amounts in the minor unit of {@code currency}. */
public record Order(String orderNo, OrderStatus status, String currency, long total) {}
