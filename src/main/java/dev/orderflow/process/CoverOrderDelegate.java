package dev.orderflow.process;

import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.runtime.MessageCorrelationResult;
import org.springframework.stereotype.Component;

/** Tells the order that its total is captured. */
@Component("coverOrder")
class CoverOrderDelegate implements JavaDelegate {

    @Override
    public void execute(DelegateExecution execution) {
        if (Boolean.TRUE.equals(OrderVariables.ORDER_BEING_PLACED.get(execution))) {
            return; // the order asks for itself before it waits
        }
        String orderNo = execution.getProcessBusinessKey();
        List<MessageCorrelationResult> waiting = execution
                .getProcessEngineServices()
                .getRuntimeService()
                .createMessageCorrelation("OrderCovered")
                .processInstanceBusinessKey(orderNo)
                .correlateAllWithResult();
        if (waiting.size() != 1) {
            throw new IllegalStateException(
                    "Order " + orderNo + " waits for payment, but " + waiting.size() + " process instances do");
        }
    }
}
