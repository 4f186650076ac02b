package dev.orderflow.messaging;

import org.jspecify.annotations.Nullable;

/**
 * A command that was read and keeps every rule that can be checked without the database: a CloudEvents 1.0 object.
 *
 * @param subject the order number (of StockAdjusted: the sku); null only for a PlaceOrder that leaves its number to us
 * @param data the command as its type's record, such as {@link dev.orderflow.order.PlaceOrder}
 * @param traceparent the sender's trace, as the CloudEvents extension of this name tells it
 * @param json the whole message as it came, to keep while it is parked
 */
public record Message(
        String source,
        String id,
        CommandType type,
        @Nullable String subject,
        Object data,
        @Nullable String traceparent,
        String json) {}
