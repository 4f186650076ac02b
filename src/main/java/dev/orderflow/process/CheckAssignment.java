package dev.orderflow.process;

import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.Orders;
import java.util.Objects;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Refuses a decision about unassigned money that says neither where it belongs nor that it goes back, or names another payment. */
@Component("checkAssignment")
class CheckAssignment implements TaskListener {

    private final Orders orders;
    private final StoredPayments payments;

    CheckAssignment(Orders orders, StoredPayments payments) {
        this.orders = orders;
        this.payments = payments;
    }

    @Override
    public void notify(DelegateTask task) {
        Object payment = OrderVariables.PAYMENT.get(task);
        if (!Objects.equals(payment, payments.of(task.getProcessInstanceId()))) {
            throw new BrokenRule("payment", "may not be sent: it is decided here");
        }
        String decision = OrderVariables.DECISION.get(task);
        String assignTo = OrderVariables.ASSIGN_TO.get(task);
        if (!"ASSIGN".equals(decision) && !"REFUND".equals(decision)) {
            throw new BrokenRule("decision", "must be ASSIGN or REFUND");
        }
        if ("ASSIGN".equals(decision)
                && (assignTo == null || orders.lock(assignTo).isEmpty())) {
            throw new BrokenRule("assignTo", "must be the number of an order that is here");
        }
    }
}
