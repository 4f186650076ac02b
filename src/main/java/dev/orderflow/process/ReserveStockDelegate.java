package dev.orderflow.process;

import dev.orderflow.inventory.Inventory;
import org.camunda.bpm.engine.delegate.BpmnError;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Reserves all pieces of the order, or none: then it is out of stock. */
@Component("reserveStock")
class ReserveStockDelegate implements JavaDelegate {

    private final Inventory inventory;

    ReserveStockDelegate(Inventory inventory) {
        this.inventory = inventory;
    }

    @Override
    public void execute(DelegateExecution execution) {
        if (!inventory.reserve(execution.getProcessBusinessKey())) {
            throw new BpmnError("OUT_OF_STOCK");
        }
    }
}
