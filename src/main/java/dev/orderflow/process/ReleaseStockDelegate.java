package dev.orderflow.process;

import dev.orderflow.inventory.Inventory;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Gives back the pieces a cancelled order holds. */
@Component("releaseStock")
class ReleaseStockDelegate implements JavaDelegate {

    private final Inventory inventory;

    ReleaseStockDelegate(Inventory inventory) {
        this.inventory = inventory;
    }

    @Override
    public void execute(DelegateExecution execution) {
        inventory.release(execution.getProcessBusinessKey());
    }
}
