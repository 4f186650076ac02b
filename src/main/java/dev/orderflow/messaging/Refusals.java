package dev.orderflow.messaging;

import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.Orders;
import dev.orderflow.order.Timeline;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Tells the world, on the order's timeline, that a command about it was refused and why. */
@Component
class Refusals {

    private final Orders orders;
    private final Timeline timeline;

    Refusals(Orders orders, Timeline timeline) {
        this.orders = orders;
        this.timeline = timeline;
    }

    void record(String orderNo, OrderStatus status, String type, String source, String messageId, String reason) {
        orders.lock(orderNo); // whoever refused may only have looked
        timeline.record(
                orderNo,
                "CommandRefused",
                Map.of("status", status, "type", type, "source", source, "messageId", messageId, "reason", reason));
    }
}
