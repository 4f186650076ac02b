package dev.orderflow.order;

/** An event met an order in a status that does not allow it. Under a race the loser sees this; the transaction rolls back. */
public class IllegalTransition extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public IllegalTransition(String orderNo, OrderEvent event, String status) {
        super("Order " + orderNo + " is " + status + "; " + event.type() + " needs " + OrderStatus.before(event));
    }
}
