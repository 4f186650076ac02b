package dev.orderflow.process;

import dev.orderflow.payment.Refunds;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Starts a refund for every payment a cancelled order still holds. */
@Component("refundPayments")
class RefundPaymentsDelegate implements JavaDelegate {

    private final Refunds refunds;

    RefundPaymentsDelegate(Refunds refunds) {
        this.refunds = refunds;
    }

    @Override
    public void execute(DelegateExecution execution) {
        RuntimeService runtime = execution.getProcessEngineServices().getRuntimeService();
        for (String refundId : refunds.reserveCaptured(execution.getProcessBusinessKey())) {
            runtime.startProcessInstanceByKey("refund", refundId);
        }
    }
}
