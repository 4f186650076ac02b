package dev.orderflow.process;

import dev.orderflow.payment.Payments;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.variable.Variables;
import org.springframework.stereotype.Component;

/** Wakes the payments that came before their order; what they cover, the order need not wait for. */
@Component("applyEarlyPayments")
class ApplyEarlyPaymentsDelegate implements JavaDelegate {

    private final Payments payments;

    ApplyEarlyPaymentsDelegate(Payments payments) {
        this.payments = payments;
    }

    @Override
    public void execute(DelegateExecution execution) {
        if (!Boolean.TRUE.equals(OrderVariables.PAID_EARLY.get(execution))) {
            return;
        }
        String orderNo = execution.getProcessBusinessKey();
        // The engine asks who waits under a number before the number is locked: that payment may have come after it.
        WholeInstances.of(Context.getCommandContext()).fetchAgain(orderNo);
        execution
                .getProcessEngineServices()
                .getRuntimeService()
                .createMessageCorrelation("OrderRegistered")
                .processInstanceBusinessKey(orderNo)
                // This order does not wait for OrderCovered yet; it asks below.
                .setVariable(OrderVariables.ORDER_BEING_PLACED.name(), Variables.untypedValue(true, true))
                .correlateAll();
        OrderVariables.COVERED.set(execution, payments.covered(orderNo));
    }
}
