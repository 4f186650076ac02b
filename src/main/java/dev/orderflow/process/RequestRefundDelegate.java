package dev.orderflow.process;

import dev.orderflow.payment.Refunds;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Asks the payment provider to give the money back. */
@Component("requestRefund")
class RequestRefundDelegate implements JavaDelegate {

    private final Refunds refunds;

    RequestRefundDelegate(Refunds refunds) {
        this.refunds = refunds;
    }

    @Override
    public void execute(DelegateExecution execution) {
        refunds.request(execution.getProcessBusinessKey());
    }
}
