package dev.orderflow.order;

/** The order number is taken. */
public class OrderExists extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public OrderExists(String orderNo) {
        super("Order " + orderNo + " exists already; a new order needs a new number");
    }
}
