package dev.orderflow.process;

import dev.orderflow.shipping.Shipments;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Says that a released order was not shipped in time; the work goes on. */
@Component("escalateShipment")
class EscalateShipmentDelegate implements JavaDelegate {

    private final Shipments shipments;

    EscalateShipmentDelegate(Shipments shipments) {
        this.shipments = shipments;
    }

    @Override
    public void execute(DelegateExecution execution) {
        shipments.escalate(execution.getProcessBusinessKey());
    }
}
