package dev.orderflow.process;

import dev.orderflow.inventory.Inventory;
import dev.orderflow.order.CancelOrder;
import dev.orderflow.order.CancelReason;
import dev.orderflow.order.Orders;
import java.util.Map;
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
        CancelReason reason = incoming.take(execution, CancelOrder.class)
                .map(command -> CancelReason.valueOf(command.reason().name()))
                .orElseGet(() -> inventory.holds(orderNo) ? CancelReason.PAYMENT_OVERDUE : CancelReason.OUT_OF_STOCK);
        orders.cancel(orderNo, reason, Map.of());
    }
}
