package dev.orderflow.process;

import dev.orderflow.payment.PaymentFailed;
import dev.orderflow.payment.Payments;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Notes that a provider could not take the money; the buyer may try again. */
@Component("recordFailedPayment")
class RecordFailedPaymentDelegate implements JavaDelegate {

    private final Incoming incoming;
    private final Payments payments;

    RecordFailedPaymentDelegate(Incoming incoming, Payments payments) {
        this.incoming = incoming;
        this.payments = payments;
    }

    @Override
    public void execute(DelegateExecution execution) {
        payments.recordFailure(execution.getProcessBusinessKey(), incoming.require(execution, PaymentFailed.class));
    }
}
