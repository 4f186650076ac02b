package dev.orderflow.process;

import dev.orderflow.payment.RefundReason;
import dev.orderflow.payment.Refunds;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Starts a refund of exactly what an order does not want of a payment, or of all of one that nobody could assign. */
@Component("refundExcess")
class RefundExcessDelegate implements JavaDelegate {

    private final Refunds refunds;

    RefundExcessDelegate(Refunds refunds) {
        this.refunds = refunds;
    }

    @Override
    public void execute(DelegateExecution execution) {
        long payment = OrderVariables.PAYMENT.require(execution);
        Long excess = OrderVariables.EXCESS.get(execution);
        String reason = OrderVariables.REFUND_REASON.get(execution);
        String refundId = excess == null || reason == null
                ? refunds.reserveUnassigned(payment)
                : refunds.reserve(payment, excess, RefundReason.valueOf(reason));
        execution.getProcessEngineServices().getRuntimeService().startProcessInstanceByKey("refund", refundId);
    }
}
