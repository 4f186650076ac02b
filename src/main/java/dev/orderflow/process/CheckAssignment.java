package dev.orderflow.process;

import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.Orders;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Refuses a decision about unassigned money that says neither where it belongs nor that it goes back. */
@Component("checkAssignment")
class CheckAssignment implements TaskListener {

    private final Orders orders;

    CheckAssignment(Orders orders) {
        this.orders = orders;
    }

    @Override
    public void notify(DelegateTask task) {
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
