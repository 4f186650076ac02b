package dev.orderflow.process;

import dev.orderflow.payment.Payments;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Applies a payment that waited: to the order that came after all, or to the one finance chose. */
@Component("applyPayment")
class ApplyPaymentDelegate implements JavaDelegate {

    private final Payments payments;

    ApplyPaymentDelegate(Payments payments) {
        this.payments = payments;
    }

    @Override
    public void execute(DelegateExecution execution) {
        long payment = OrderVariables.PAYMENT.require(execution);
        String chosen = OrderVariables.ASSIGN_TO.take(execution);
        String orderNo = chosen == null ? execution.getProcessBusinessKey() : chosen;
        execution.setProcessBusinessKey(orderNo);
        RecordPaymentDelegate.setEffect(execution, payments.assign(payment, orderNo));
    }
}
