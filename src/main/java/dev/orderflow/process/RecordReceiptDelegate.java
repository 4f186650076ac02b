package dev.orderflow.process;

import dev.orderflow.order.ConfirmReceipt;
import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.Orders;
import java.util.LinkedHashMap;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Records that the buyer has the goods: the buyer, an operator or the timer says so. */
@Component("recordReceipt")
class RecordReceiptDelegate implements JavaDelegate {

    private final Incoming incoming;
    private final Orders orders;

    RecordReceiptDelegate(Incoming incoming, Orders orders) {
        this.incoming = incoming;
        this.orders = orders;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Map<String, Object> data = new LinkedHashMap<>();
        incoming.take(execution, ConfirmReceipt.class)
                .map(ConfirmReceipt::receivedAt)
                .ifPresent(receivedAt -> data.put("receivedAt", receivedAt));
        orders.move(execution.getProcessBusinessKey(), OrderEvent.RECEIVED, data);
    }
}
