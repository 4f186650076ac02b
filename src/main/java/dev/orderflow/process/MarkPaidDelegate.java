package dev.orderflow.process;

import dev.orderflow.order.HoldRules;
import dev.orderflow.payment.Payments;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Marks the order paid and says whether somebody has to look at it before the warehouse does. */
@Component("markPaid")
class MarkPaidDelegate implements JavaDelegate {

    private final HoldRules rules;
    private final Payments payments;

    MarkPaidDelegate(HoldRules rules, Payments payments) {
        this.rules = rules;
        this.payments = payments;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String orderNo = execution.getProcessBusinessKey();
        OrderVariables.HELD.set(execution, rules.markPaid(orderNo));
        payments.requireCovered(orderNo);
    }
}
