package dev.orderflow.process;

import dev.orderflow.inventory.Inventory;
import dev.orderflow.inventory.StockAdjusted;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Takes in a count that came through the engine's API. */
@Component("adjustStock")
class AdjustStockDelegate implements JavaDelegate {

    private final Incoming incoming;
    private final Inventory inventory;

    AdjustStockDelegate(Incoming incoming, Inventory inventory) {
        this.incoming = incoming;
        this.inventory = inventory;
    }

    @Override
    public void execute(DelegateExecution execution) {
        StockAdjusted count = incoming.require(execution, StockAdjusted.class);
        inventory.adjust(execution.getProcessBusinessKey(), count);
    }
}
