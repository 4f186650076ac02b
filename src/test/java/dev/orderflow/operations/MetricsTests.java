package dev.orderflow.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderflow.messaging.Inbox;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.messaging.MessageWatch;
import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.Orders;
import dev.orderflow.world.Command;
import dev.orderflow.world.Statements;
import dev.orderflow.world.World;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What Prometheus is told is what happened, and telling it costs the database nothing. */
@Watched
class MetricsTests {

    @LocalServerPort
    int port;

    @Autowired
    World world;

    @Autowired
    Inbox inbox;

    @Autowired
    MessageReader reader;

    @Autowired
    MessageWatch watch;

    @Autowired
    RuntimeService runtime;

    @Autowired
    Readings readings;

    @Autowired
    InvariantsWatch invariants;

    @Autowired
    Orders orders;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transaction;

    @Test
    void every_message_is_counted_by_type_outcome_and_door() {
        Scrape before = Scrape.of(port);
        String orderNo = World.newOrderNo();
        Command order = Command.placeOrder(orderNo, world.stocked(5), 2);
        world.apply(order);
        world.send(order);
        world.send(Command.submitReview(World.newOrderNo()));
        inbox.receive(reader.read(Command.cancelOrder(orderNo).bytes()), "http:shop");
        world.send(Command.shipOrder(orderNo));
        watch.broken(MessageWatch.Door.QUEUE);

        Scrape after = Scrape.of(port);

        assertThat(more(before, after, "PlaceOrder", "APPLIED", "queue")).isEqualTo(1);
        assertThat(more(before, after, "PlaceOrder", "DUPLICATE", "queue")).isEqualTo(1);
        assertThat(more(before, after, "SubmitReview", "PARKED", "queue")).isEqualTo(1);
        assertThat(more(before, after, "CancelOrder", "APPLIED", "http")).isEqualTo(1);
        assertThat(more(before, after, "ShipOrder", "REFUSED", "queue")).isEqualTo(1);
        assertThat(more(before, after, "unreadable", "BROKEN", "queue")).isEqualTo(1);
    }

    @Test
    void a_parked_message_is_counted_again_when_it_is_applied_and_a_command_of_the_engines_api_too() {
        String orderNo = world.placed();
        world.send(Command.shipOrder(orderNo));
        Scrape before = Scrape.of(port);

        world.pay(orderNo);
        await().until(() -> world.status(orderNo) == OrderStatus.SHIPPED);
        runtime.createMessageCorrelation("ConfirmReceipt")
                .processInstanceBusinessKey(orderNo)
                .setVariable("message", Command.confirmReceipt(orderNo).dataJson())
                .correlate();

        await().untilAsserted(() -> assertThat(more(before, Scrape.of(port), "ShipOrder", "APPLIED", "parking"))
                .isEqualTo(1));
        assertThat(more(before, Scrape.of(port), "ConfirmReceipt", "APPLIED", "engine"))
                .isEqualTo(1);
    }

    @Test
    void how_long_messages_take_is_a_histogram_by_type_and_door() {
        world.placed();

        Scrape scrape = Scrape.of(port);

        assertThat(scrape.sum("orderflow_message_time_seconds_count", "type=\"PlaceOrder\"", "door=\"queue\""))
                .isPositive()
                .isEqualTo(scrape.sum(
                        "orderflow_message_time_seconds_bucket",
                        "type=\"PlaceOrder\"",
                        "door=\"queue\"",
                        "le=\"+Inf\""));
        assertThat(scrape.sum("orderflow_message_time_seconds_bucket", "type=\"PlaceOrder\"", "le=\"10.0\""))
                .isPositive();
    }

    @Test
    void transitions_are_counted_when_they_are_committed_and_not_when_they_are_rolled_back() {
        String orderNo = world.placed();
        Scrape before = Scrape.of(port);

        transaction.executeWithoutResult(status -> {
            orders.move(orderNo, OrderEvent.PAID, Map.of());
            status.setRollbackOnly();
        });
        assertThat(Scrape.of(port).sum("orderflow_events_total", "type=\"OrderPaid\""))
                .isEqualTo(before.sum("orderflow_events_total", "type=\"OrderPaid\""));

        world.pay(orderNo);
        assertThat(Scrape.of(port).sum("orderflow_events_total", "type=\"OrderPaid\""))
                .isEqualTo(before.sum("orderflow_events_total", "type=\"OrderPaid\"") + 1);
    }

    @Test
    void open_orders_are_shown_by_status() {
        readings.take();
        double before = Scrape.of(port).sum("orderflow_orders", "status=\"AWAITING_SHIPMENT\"");
        world.paid();

        readings.take();

        assertThat(Scrape.of(port).sum("orderflow_orders", "status=\"AWAITING_SHIPMENT\""))
                .isEqualTo(before + 1);
    }

    @Test
    void a_scrape_asks_the_database_nothing() {
        Gauges gauges = new Gauges(readings);
        var registry = new SimpleMeterRegistry();
        gauges.bindTo(registry);
        invariants.bindTo(registry);

        List<String> sent = Statements.of(
                () -> registry.getMeters().forEach(meter -> meter.measure().forEach(Measurement::getValue)));

        assertThat(registry.getMeters()).hasSizeGreaterThan(15);
        assertThat(sent).isEmpty();
    }

    @Test
    void a_reading_reads_indexes_of_what_is_open_and_no_whole_table() {
        List<String> sent = Statements.of(readings::take).stream()
                .filter(sql -> sql.contains("select"))
                .toList();

        assertThat(sent).hasSize(3);
        transaction.executeWithoutResult(status -> {
            // A test's tables are so small that reading them whole is cheaper; what matters is that there is another
            // way.
            jdbc.sql("set local enable_seqscan = off").update();
            for (String sql : sent) {
                String plan = String.join(
                        "\n",
                        jdbc.sql("explain "
                                        + sql.replaceAll("in \\([?, ]+\\)", "in ('PAID')")
                                                .replaceAll("limit \\?", "limit 9")
                                                .replaceAll("< \\?", "< now()::timestamp"))
                                .query(String.class)
                                .list());
                assertThat(plan).contains("Index").doesNotContain("Seq Scan on orders", "Seq Scan on order_event");
                assertThat(plan).doesNotContain("Seq Scan on inbox", "Seq Scan on act_ru_job", "Seq Scan on payment");
            }
        });
    }

    @Test
    void broken_invariants_are_counted_and_nothing_is_said_before_the_first_check() {
        invariants.check();
        assertThat(Scrape.of(port).sum("orderflow_invariants_broken")).isZero();
        assertThat(Scrape.of(port).sum("orderflow_invariants_age_seconds")).isBetween(0.0, 60.0);

        String orderNo = world.placed();
        transaction.executeWithoutResult(status -> {
            jdbc.sql("update orders set total = total + 1 where order_no = ?")
                    .param(orderNo)
                    .update();
            invariants.check();
            status.setRollbackOnly();
        });
        assertThat(Scrape.of(port).sum("orderflow_invariants_broken")).isEqualTo(1);

        invariants.check();
        assertThat(Scrape.of(port).sum("orderflow_invariants_broken")).isZero();
    }

    private static double more(Scrape before, Scrape after, String type, String outcome, String door) {
        String[] labels = {"type=\"" + type + "\"", "outcome=\"" + outcome + "\"", "door=\"" + door + "\""};
        return after.sum("orderflow_messages_total", labels) - before.sum("orderflow_messages_total", labels);
    }
}
