package dev.orderflow.order;

/** The event set of the order's state machine; each also goes out as a message of the same type. */
public enum OrderEvent {
    PLACED("OrderPlaced"),
    PAID("OrderPaid"),
    RELEASED("OrderReleased"),
    SHIPPED("OrderShipped"),
    DELIVERED("OrderDelivered"),
    RECEIVED("OrderReceived"),
    REVIEWED("OrderReviewed"),
    COMPLETED("OrderCompleted"),
    CANCELLED("OrderCancelled");

    private final String type;

    OrderEvent(String type) {
        this.type = type;
    }

    /** The CloudEvents type on the wire. */
    public String type() {
        return type;
    }

    /** The column of {@code orders} that keeps the time of this event. */
    String timeColumn() {
        return name().toLowerCase(java.util.Locale.ROOT) + "_at";
    }
}
