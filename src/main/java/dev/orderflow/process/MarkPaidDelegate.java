package dev.orderflow.process;

import dev.orderflow.order.HoldRules;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Marks the order paid and says whether somebody has to look at it before the warehouse does. */
@Component("markPaid")
class MarkPaidDelegate implements JavaDelegate {

    private final HoldRules rules;

    MarkPaidDelegate(HoldRules rules) {
        this.rules = rules;
    }

    @Override
    public void execute(DelegateExecution execution) {
        OrderVariables.HELD.set(execution, rules.markPaid(execution.getProcessBusinessKey()));
    }
}
