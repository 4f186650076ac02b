package dev.orderflow.process;

import dev.orderflow.order.BrokenRule;
import dev.orderflow.payment.RefundSettled;
import dev.orderflow.payment.Refunds;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Records that the money is back with its payer, as the provider or finance says. */
@Component("recordRefund")
class RecordRefundDelegate implements JavaDelegate {

    private final Incoming incoming;
    private final Refunds refunds;

    RecordRefundDelegate(Incoming incoming, Refunds refunds) {
        this.incoming = incoming;
        this.refunds = refunds;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String refundId = execution.getProcessBusinessKey();
        String byHand = OrderVariables.PROVIDER_REFERENCE.take(execution);
        String note = OrderVariables.NOTE.take(execution);
        RefundSettled settled = incoming.take(execution, RefundSettled.class).orElse(null);
        if (settled != null && !settled.refundId().equals(refundId)) {
            throw new BrokenRule("data.refundId", "is not the refund of the business key, " + refundId);
        }
        String reference = settled == null ? byHand : settled.providerReference();
        if (reference == null || reference.isBlank()) {
            throw new BrokenRule("providerReference", "is missing: the reference under which the money went back");
        }
        refunds.settle(refundId, reference, note);
    }
}
