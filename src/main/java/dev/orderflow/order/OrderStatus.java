package dev.orderflow.order;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The states of an order and the transition function between them: {@code next(event)} is the only way to a new status. */
public enum OrderStatus {
    PENDING_PAYMENT("待支付"),
    PAID("已支付"),
    AWAITING_SHIPMENT("待发货"),
    SHIPPED("已发货"),
    AWAITING_RECEIPT("待收货"),
    RECEIVED("已收货"),
    COMPLETED("已完成"),
    CANCELLED("已取消");

    private final String chinese;

    OrderStatus(String chinese) {
        this.chinese = chinese;
    }

    public String chinese() {
        return chinese;
    }

    /** The status after the event, or empty where the event is illegal in this status. */
    public Optional<OrderStatus> next(OrderEvent event) {
        return Optional.ofNullable(
                switch (event) {
                    case PLACED -> null; // leads into the first status, from none
                    case PAID -> this == PENDING_PAYMENT ? PAID : null;
                    case RELEASED -> this == PAID ? AWAITING_SHIPMENT : null;
                    case SHIPPED -> this == AWAITING_SHIPMENT ? SHIPPED : null;
                    case DELIVERED -> this == SHIPPED ? AWAITING_RECEIPT : null;
                    case RECEIVED -> this == SHIPPED || this == AWAITING_RECEIPT ? RECEIVED : null;
                    case REVIEWED -> this == RECEIVED ? RECEIVED : null;
                    case COMPLETED -> this == RECEIVED ? COMPLETED : null;
                    case CANCELLED ->
                        this == PENDING_PAYMENT || this == PAID || this == AWAITING_SHIPMENT ? CANCELLED : null;
                });
    }

    public boolean allows(OrderEvent event) {
        return next(event).isPresent();
    }

    /** Whether the event is legal now or in some status that can still come: tells "too early" from "too late". */
    public boolean mayStillSee(OrderEvent event) {
        Set<OrderStatus> reachable = EnumSet.of(this);
        boolean grown = true;
        while (grown) {
            grown = false;
            for (OrderStatus status : Set.copyOf(reachable)) {
                for (OrderEvent step : OrderEvent.values()) {
                    grown |= status.next(step).map(reachable::add).orElse(false);
                }
            }
        }
        return reachable.stream().anyMatch(status -> status.allows(event));
    }

    /** The statuses in which the event is legal. */
    public static Set<OrderStatus> before(OrderEvent event) {
        Set<OrderStatus> statuses = EnumSet.noneOf(OrderStatus.class);
        for (OrderStatus status : values()) {
            if (status.allows(event)) {
                statuses.add(status);
            }
        }
        return statuses;
    }
}
