package dev.orderflow.process;

import dev.orderflow.inventory.Inventory;
import dev.orderflow.order.CancelOrder;
import dev.orderflow.order.CancelReason;
import dev.orderflow.order.Orders;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/**
 * Cancels the order. The reason is the one of the command that came; without a command it was the stock, if nothing is
 * reserved, or else the payment timer.
 */
@Component("cancelOrder")
class CancelOrderDelegate implements JavaDelegate {

    private final Incoming incoming;
    private final Orders orders;
    private final Inventory inventory;

    CancelOrderDelegate(Incoming incoming, Orders orders, Inventory inventory) {
        this.incoming = incoming;
        this.orders = orders;
        this.inventory = inventory;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String orderNo = execution.getProcessBusinessKey();
        orders.lock(orderNo);
        CancelOrder command = incoming.take(execution, CancelOrder.class).orElse(null);
        if (command != null) {
            orders.cancel(orderNo, CancelReason.valueOf(command.reason().name()), command.note());
        } else {
            orders.cancel(
                    orderNo, inventory.holds(orderNo) ? CancelReason.PAYMENT_OVERDUE : CancelReason.OUT_OF_STOCK, null);
        }
    }
}
