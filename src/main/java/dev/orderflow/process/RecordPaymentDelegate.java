package dev.orderflow.process;

import dev.orderflow.payment.Applied;
import dev.orderflow.payment.PaymentCaptured;
import dev.orderflow.payment.Payments;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.impl.context.Context;
import org.springframework.stereotype.Component;

/** Records the captured money in the ledger and says what it does to the order. */
@Component("recordPayment")
class RecordPaymentDelegate implements JavaDelegate {

    private final Incoming incoming;
    private final Payments payments;

    RecordPaymentDelegate(Incoming incoming, Payments payments) {
        this.incoming = incoming;
        this.payments = payments;
    }

    @Override
    public void execute(DelegateExecution execution) {
        PaymentCaptured payment = incoming.require(execution, PaymentCaptured.class);
        String orderNo = execution.getProcessBusinessKey();
        Applied applied = payments.record(
                orderNo, payment, WholeInstances.of(Context.getCommandContext()).read(orderNo));
        if (applied.effect() == Applied.Effect.UNASSIGNED) {
            OrderVariables.PAYMENT.store(execution, applied.paymentKey());
        }
        setEffect(execution, applied);
    }

    /** What the gateways and the refund that may follow need to know. */
    static void setEffect(DelegateExecution execution, Applied applied) {
        OrderVariables.EFFECT.set(execution, applied.effect().name());
        OrderVariables.EXCESS.set(execution, applied.excess());
        if (applied.reason() != null) {
            OrderVariables.REFUND_REASON.set(execution, applied.reason().name());
        }
        if (OrderVariables.PAYMENT.get(execution) == null) {
            OrderVariables.PAYMENT.set(execution, applied.paymentKey());
        }
    }
}
