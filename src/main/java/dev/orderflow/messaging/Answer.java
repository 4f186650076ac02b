package dev.orderflow.messaging;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orderflow.order.OrderStatus;
import org.jspecify.annotations.Nullable;

/** What became of a message: the HTTP answer and the row in the inbox. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Answer(
        Outcome outcome,
        @Nullable String orderNo,
        @Nullable OrderStatus status,
        @Nullable String reason) {

    /** APPLIED changed something; DUPLICATE had been taken in before; PARKED waits; REFUSED can no longer apply. */
    public enum Outcome {
        APPLIED,
        DUPLICATE,
        PARKED,
        REFUSED
    }

    public static Answer applied(@Nullable String orderNo, @Nullable OrderStatus status) {
        return new Answer(Outcome.APPLIED, orderNo, status, null);
    }

    public static Answer duplicate(@Nullable String orderNo, @Nullable OrderStatus status, String reason) {
        return new Answer(Outcome.DUPLICATE, orderNo, status, reason);
    }

    public static Answer parked(String orderNo, @Nullable OrderStatus status, String reason) {
        return new Answer(Outcome.PARKED, orderNo, status, reason);
    }

    public static Answer refused(String orderNo, OrderStatus status, String reason) {
        return new Answer(Outcome.REFUSED, orderNo, status, reason);
    }
}
