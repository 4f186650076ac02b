package dev.orderflow.process;

import dev.orderflow.shipping.ShipOrder;
import dev.orderflow.shipping.Shipments;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Records the parcel, as the warehouse system says or as the clerk typed it. */
@Component("recordShipment")
class RecordShipmentDelegate implements JavaDelegate {

    private final Incoming incoming;
    private final Shipments shipments;

    RecordShipmentDelegate(Incoming incoming, Shipments shipments) {
        this.incoming = incoming;
        this.shipments = shipments;
    }

    @Override
    public void execute(DelegateExecution execution) {
        ShipOrder parcel = incoming.take(execution, ShipOrder.class)
                .orElseGet(() -> incoming.takeForm(
                        execution, ShipOrder.class, "carrier", "trackingNumber", "shippedAt", "shipFrom"));
        shipments.ship(execution.getProcessBusinessKey(), parcel);
    }
}
