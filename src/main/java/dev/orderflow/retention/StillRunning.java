package dev.orderflow.retention;

import java.util.List;

/** A buyer's orders still go on, so what is known of the buyer is still needed. */
public class StillRunning extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> orders;

    StillRunning(List<String> orders) {
        super(
                "Still running: " + String.join(", ", orders)
                        + ". They need the buyer's name and address until they are received or"
                        + " cancelled and all money is back. Nothing was erased; ask again when they are finished, or cancel them first");
        this.orders = List.copyOf(orders);
    }

    public List<String> orders() {
        return orders;
    }
}
