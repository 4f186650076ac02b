package dev.orderflow.process;

import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.Orders;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Closes the order. */
@Component("completeOrder")
class CompleteOrderDelegate implements JavaDelegate {

    private final Orders orders;

    CompleteOrderDelegate(Orders orders) {
        this.orders = orders;
    }

    @Override
    public void execute(DelegateExecution execution) {
        orders.move(execution.getProcessBusinessKey(), OrderEvent.COMPLETED, Map.of());
    }
}
