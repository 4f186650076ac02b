package dev.orderflow.process;

import dev.orderflow.shipping.Shipments;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Says that a released order was not shipped in time; the work goes on, and its task is now one of the first. */
@Component("escalateShipment")
class EscalateShipmentDelegate implements JavaDelegate {

    private static final int URGENT = 100; // a task begins with the engine's 50

    private final Shipments shipments;

    EscalateShipmentDelegate(Shipments shipments) {
        this.shipments = shipments;
    }

    @Override
    public void execute(DelegateExecution execution) {
        shipments.escalate(execution.getProcessBusinessKey());
        TaskService tasks = execution.getProcessEngineServices().getTaskService();
        tasks.createTaskQuery()
                .processInstanceId(execution.getProcessInstanceId())
                .list()
                .forEach(task -> tasks.setPriority(task.getId(), URGENT));
    }
}
