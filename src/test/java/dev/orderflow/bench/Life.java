package dev.orderflow.bench;

import dev.orderflow.world.Command;
import java.util.EnumMap;
import java.util.Map;

/** One order's life as the yardsticks have it: placed, paid, shipped, received. */
enum Life {
    PLACE("OrderPlaced"),
    PAY("OrderReleased"),
    SHIP("OrderShipped"),
    RECEIVE("OrderReceived");

    static final int PIECES = 1;

    private final String event;

    Life(String event) {
        this.event = event;
    }

    /** The event that says the step is done. */
    String event() {
        return event;
    }

    /** None yet, for each step. */
    static Map<Life, Latencies> latencies() {
        Map<Life, Latencies> steps = new EnumMap<>(Life.class);
        for (Life step : values()) {
            steps.put(step, new Latencies());
        }
        return steps;
    }

    Command command(String orderNo, String sku) {
        return switch (this) {
            case PLACE -> Command.placeOrder(orderNo, sku, PIECES);
            case PAY -> Command.paymentCaptured(orderNo, Command.total(PIECES));
            case SHIP -> Command.shipOrder(orderNo);
            case RECEIVE -> Command.confirmReceipt(orderNo);
        };
    }
}
