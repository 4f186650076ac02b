package dev.orderflow.process;

import dev.orderflow.shipping.ShipmentDelivered;
import dev.orderflow.shipping.Shipments;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Records that the carrier delivered. */
@Component("recordDelivery")
class RecordDeliveryDelegate implements JavaDelegate {

    private final Incoming incoming;
    private final Shipments shipments;

    RecordDeliveryDelegate(Incoming incoming, Shipments shipments) {
        this.incoming = incoming;
        this.shipments = shipments;
    }

    @Override
    public void execute(DelegateExecution execution) {
        shipments.deliver(execution.getProcessBusinessKey(), incoming.require(execution, ShipmentDelivered.class));
    }
}
