package dev.orderflow.process;

import dev.orderflow.order.BrokenRule;
import dev.orderflow.payment.RefundFailed;
import dev.orderflow.payment.Refunds;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Hands the refund to finance: the provider failed, or did not answer in time. */
@Component("escalateRefund")
class EscalateRefundDelegate implements JavaDelegate {

    private final Incoming incoming;
    private final Refunds refunds;

    EscalateRefundDelegate(Incoming incoming, Refunds refunds) {
        this.incoming = incoming;
        this.refunds = refunds;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String refundId = execution.getProcessBusinessKey();
        RefundFailed failed = incoming.take(execution, RefundFailed.class).orElse(null);
        if (failed != null && !failed.refundId().equals(refundId)) {
            throw new BrokenRule("data.refundId", "is not the refund of the business key, " + refundId);
        }
        refunds.escalate(refundId, failed == null ? null : failed.reason());
    }
}
