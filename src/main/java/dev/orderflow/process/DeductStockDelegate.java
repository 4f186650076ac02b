package dev.orderflow.process;

import dev.orderflow.inventory.Inventory;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Takes the shipped pieces out of the house. */
@Component("deductStock")
class DeductStockDelegate implements JavaDelegate {

    private final Inventory inventory;

    DeductStockDelegate(Inventory inventory) {
        this.inventory = inventory;
    }

    @Override
    public void execute(DelegateExecution execution) {
        inventory.deduct(execution.getProcessBusinessKey());
    }
}
