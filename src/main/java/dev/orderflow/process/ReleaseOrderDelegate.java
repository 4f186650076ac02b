package dev.orderflow.process;

import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.Orders;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Releases the paid order to the warehouse. */
@Component("releaseOrder")
class ReleaseOrderDelegate implements JavaDelegate {

    private final Orders orders;

    ReleaseOrderDelegate(Orders orders) {
        this.orders = orders;
    }

    @Override
    public void execute(DelegateExecution execution) {
        orders.move(execution.getProcessBusinessKey(), OrderEvent.RELEASED, Map.of());
    }
}
