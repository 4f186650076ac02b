package dev.orderflow.process;

import dev.orderflow.order.OrderNumbers;
import dev.orderflow.order.Orders;
import dev.orderflow.order.PlaceOrder;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Registers the order under its number, or under a new one where the buyer's shop left that to us. */
@Component("registerOrder")
class RegisterOrderDelegate implements JavaDelegate {

    private final Incoming incoming;
    private final Orders orders;

    RegisterOrderDelegate(Incoming incoming, Orders orders) {
        this.incoming = incoming;
        this.orders = orders;
    }

    @Override
    public void execute(DelegateExecution execution) {
        PlaceOrder order = incoming.require(execution, PlaceOrder.class);
        if (execution.getProcessBusinessKey() == null) {
            execution.setProcessBusinessKey(OrderNumbers.next());
        }
        boolean paidEarly = orders.place(execution.getProcessBusinessKey(), order);
        OrderVariables.PAID_EARLY.set(execution, paidEarly);
        OrderVariables.COVERED.set(execution, order.total() == 0);
        OrderVariables.PAYMENT_METHOD.set(execution, order.paymentMethod());
    }
}
