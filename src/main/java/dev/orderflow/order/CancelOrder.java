package dev.orderflow.order;

import org.jspecify.annotations.Nullable;

/** The command that cancels an order, possible until it is shipped. */
public record CancelOrder(Reason reason, @Nullable String note) {

    /** Who wants it cancelled. */
    public enum Reason {
        CUSTOMER,
        OPERATOR
    }
}
