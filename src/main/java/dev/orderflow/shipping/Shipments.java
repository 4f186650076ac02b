package dev.orderflow.shipping;

import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.LastWrites;
import dev.orderflow.order.LastWrites.Write;
import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.Orders;
import dev.orderflow.order.SqlTime;
import dev.orderflow.order.Timeline;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Parcels: one for each shipped order, from leaving the house to delivery. */
@Repository
public class Shipments {

    private final JdbcClient jdbc;
    private final LastWrites lastWrites;
    private final Clock clock;
    private final Orders orders;
    private final Timeline timeline;
    private final String shipFrom;

    Shipments(
            JdbcClient jdbc,
            LastWrites lastWrites,
            Clock clock,
            Orders orders,
            Timeline timeline,
            @Value("${orderflow.ship-from}") String shipFrom) {
        this.jdbc = jdbc;
        this.lastWrites = lastWrites;
        this.clock = clock;
        this.orders = orders;
        this.timeline = timeline;
        this.shipFrom = shipFrom;
    }

    /** Records the parcel and moves the order to SHIPPED. */
    public void ship(String orderNo, ShipOrder parcel) {
        Instant shippedAt = parcel.shippedAt() == null ? clock.instant() : parcel.shippedAt();
        orders.move(
                orderNo,
                OrderEvent.SHIPPED,
                Map.of(
                        "carrier", parcel.carrier(),
                        "trackingNumber", parcel.trackingNumber(),
                        "shippedAt", shippedAt));
        lastWrites
                .of(this, Parcels.class, Parcels::new)
                .rows
                .add(List.of(
                        orderNo,
                        parcel.carrier(),
                        parcel.trackingNumber(),
                        parcel.shipFrom() == null ? shipFrom : parcel.shipFrom(),
                        SqlTime.of(shippedAt).toString()));
    }

    /**
     * Records the delivery and moves the order to AWAITING_RECEIPT.
     *
     * @throws BrokenRule if the carrier names another parcel than the one that was shipped
     */
    public void deliver(String orderNo, ShipmentDelivered delivery) {
        orders.move(
                orderNo,
                OrderEvent.DELIVERED,
                Map.of("trackingNumber", delivery.trackingNumber(), "deliveredAt", delivery.deliveredAt()));
        int found = jdbc.sql("""
                        update shipment set delivered_at = :deliveredAt
                        where order_no = :orderNo and tracking_number = :trackingNumber
                        """)
                .param("deliveredAt", SqlTime.of(delivery.deliveredAt()))
                .param("orderNo", orderNo)
                .param("trackingNumber", delivery.trackingNumber())
                .update();
        if (found == 0) {
            throw new BrokenRule(
                    "data.trackingNumber", "order " + orderNo + " was not shipped as " + delivery.trackingNumber());
        }
    }

    /** Somebody should know that a released order was not shipped in time; the work goes on. */
    public void escalate(String orderNo) {
        orders.lock(orderNo);
        timeline.record(orderNo, "ShipmentOverdue", Map.of("status", "AWAITING_SHIPMENT"));
    }

    /** The parcels of the current transaction, each with its values. */
    private static final class Parcels implements LastWrites.Collected {

        private static final String WRITE =
                "insert into shipment (order_no, carrier, tracking_number, ship_from, shipped_at) ";

        private final List<List<String>> rows = new ArrayList<>();

        @Override
        public Write write() {
            if (rows.size() == 1) {
                return new Write(WRITE + "values (?, ?, ?, ?, ?::timestamptz)", rows.get(0), written -> {});
            }
            List<String[]> columns = IntStream.range(0, rows.get(0).size())
                    .mapToObj(i -> Write.column(rows, row -> row.get(i)))
                    .toList();
            return new Write(
                    WRITE + "select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[])",
                    columns,
                    written -> {});
        }
    }
}
