package dev.orderflow.messaging;

import static dev.orderflow.world.Command.cancelOrder;
import static dev.orderflow.world.Command.confirmReceipt;
import static dev.orderflow.world.Command.paymentCaptured;
import static dev.orderflow.world.Command.placeOrder;
import static dev.orderflow.world.Command.refundFailed;
import static dev.orderflow.world.Command.shipmentDelivered;
import static dev.orderflow.world.Command.submitReview;
import static dev.orderflow.world.Command.total;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.amqp.RabbitConnectionDetails;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Where a buyer's name, addresses and phone are after everything has happened that can: in {@code order_contact}, and in the
 * original of a message that is still to be dealt with. Nowhere else, in our tables, the engine's, the log or what others hear.
 */
@OrderflowTest
@ExtendWith(OutputCaptureExtension.class)
class PersonalDataTests {

    private static final List<String> PERSONAL = List.of(
            "Quirina Zweistein",
            "quirina@zweistein.example",
            "+55 11 98877-6655",
            "Rua Irrepetivel 4711",
            "98765-432",
            "call Quirina first",
            "as Quirina wished");

    @Autowired
    RabbitTemplate broker;

    @Autowired
    RabbitConnectionDetails details;

    @Autowired
    World world;

    @Autowired
    JdbcClient jdbc;

    private EventsHeard heard;

    @BeforeEach
    void listen() {
        heard = new EventsHeard(details);
    }

    @AfterEach
    void forget() {
        heard.close();
        jdbc.sql("delete from dead_letter where encode(body, 'escape') like '%Zweistein%'")
                .update();
        jdbc.sql("delete from inbox where body like '%Quirina%'").update();
    }

    @Test
    void a_buyers_data_is_in_one_place(CapturedOutput log) {
        String completed = completed();
        String cancelled = cancelled();
        assertThat(hiding()).as("once all is done").isEqualTo(Map.of("order_contact", PERSONAL.size() - 1L));

        String parked = World.newOrderNo();
        tell(cancelOrder(parked).with("note", "call Quirina first"));
        tell(order(World.newOrderNo()).with("total", 1));
        tell(order(World.newOrderNo())
                .with("customer", Map.of("id", "c-1", "name", "Quirina Zweistein", "email", "x")));
        await().untilAsserted(() -> {
            assertThat(count("select count(*) from inbox where order_no = '" + parked + "' and body is not null"))
                    .isOne();
            assertThat(count("select count(*) from dead_letter where published_at is not null"
                            + " and encode(body, 'escape') like '%Zweistein%'"))
                    .isEqualTo(2);
        });
        // What waits for its order and what nobody could take in are kept as they came: whoever looks has to see it.
        assertThat(hiding().keySet()).containsExactly("dead_letter", "inbox", "order_contact");
        assertThat(jdbc.sql(
                                "select reason from dead_letter union select retry_result from dead_letter where retried_at is not null")
                        .query(String.class)
                        .list())
                .allSatisfy(PersonalDataTests::saysNothingPersonal);

        assertThat(heard.about(completed)).isNotEmpty();
        assertThat(heard.about(cancelled)).isNotEmpty();
        assertThat(heard.all())
                .allSatisfy(event -> saysNothingPersonal(new String(event.getBody(), StandardCharsets.UTF_8)
                        + event.getMessageProperties().getHeaders()));
        saysNothingPersonal(log.getAll());
    }

    @Test
    void a_message_that_waited_is_forgotten_when_it_applies() {
        String orderNo = World.newOrderNo();
        tell(submitReview(orderNo).with("comment", "call Quirina first"));
        await().untilAsserted(
                        () -> assertThat(hiding("inbox")).as("while it waits").isOne());

        tell(order(orderNo));
        tell(paymentCaptured(orderNo, total(2)));
        tell(Command.shipOrder(orderNo));
        tell(confirmReceipt(orderNo));

        await().untilAsserted(() -> assertThat(world.timeline(orderNo)).contains("OrderCompleted"));
        assertThat(hiding("inbox")).isZero();
    }

    /** Paid before it was placed, shipped by a person, delivered, received and reviewed. */
    private String completed() {
        String orderNo = World.newOrderNo();
        tell(paymentCaptured(orderNo, total(2)));
        await().untilAsserted(() -> assertThat(world.payments(orderNo)).hasSize(1));
        tell(order(orderNo));
        await().untilAsserted(() -> assertThat(world.timeline(orderNo)).contains("OrderReleased"));
        world.complete(
                world.task("order", orderNo, "UserTask_ShipOrder"),
                Map.of("carrier", "DHL", "trackingNumber", "1234567890", "recipient", "Quirina Zweistein"));
        tell(shipmentDelivered(orderNo).with("trackingNumber", "1234567890"));
        await().untilAsserted(() -> assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_RECEIPT));
        tell(confirmReceipt(orderNo));
        tell(submitReview(orderNo));
        await().untilAsserted(() -> assertThat(world.status(orderNo)).isEqualTo(OrderStatus.COMPLETED));
        return orderNo;
    }

    /** Paid, cancelled with a note, and refunded by hand. */
    private String cancelled() {
        String orderNo = World.newOrderNo();
        tell(order(orderNo));
        tell(paymentCaptured(orderNo, total(2)));
        tell(cancelOrder(orderNo).with("note", "as Quirina wished"));
        await().untilAsserted(() -> assertThat(world.refunds(orderNo)).hasSize(1));
        String refund = world.refunds(orderNo).get(0).refundId();
        tell(refundFailed(orderNo, refund));
        await().untilAsserted(() -> assertThat(world.timeline(orderNo)).contains("RefundEscalated"));
        world.complete(
                world.task("refund", refund, "UserTask_RefundByHand"),
                Map.of("providerReference", "SEPA 1", "note", "done"));
        assertThat(world.refunds(orderNo)).extracting(World.Refund::status).containsExactly("SETTLED");
        return orderNo;
    }

    private Command order(String orderNo) {
        return placeOrder(orderNo, world.stocked(5), 2)
                .with(
                        "customer",
                        Map.of(
                                "id",
                                "c-4711",
                                "name",
                                "Quirina Zweistein",
                                "email",
                                "quirina@zweistein.example",
                                "phone",
                                "+55 11 98877-6655"))
                .with(
                        "shipTo",
                        Map.of(
                                "name",
                                "Quirina Zweistein",
                                "country",
                                "BR",
                                "city",
                                "Campinas",
                                "postcode",
                                "98765-432",
                                "street",
                                "Rua Irrepetivel 4711"));
    }

    /** In which tables how many of the personal texts stand, in any column of any row; bytes are looked through too. */
    private Map<String, Long> hiding() {
        Map<String, Long> found = new TreeMap<>();
        for (String table : jdbc.sql("""
                        select table_name from information_schema.tables
                        where table_schema = current_schema() and table_type = 'BASE TABLE'
                        """).query(String.class).list()) {
            long here = hiding(table);
            if (here > 0) {
                found.put(table, here);
            }
        }
        assertThat(count("select count(*) from information_schema.tables where table_schema = current_schema()"))
                .as("tables looked at, the engine's among them")
                .isGreaterThan(50);
        return found;
    }

    private long hiding(String table) {
        return PERSONAL.stream()
                .filter(text -> jdbc.sql("select exists (select from " + table
                                + " t where t::text like :text or t::text like :bytes)")
                        .param("text", "%" + text + "%")
                        .param("bytes", "%" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "%")
                        .query(Boolean.class)
                        .single())
                .count();
    }

    private static void saysNothingPersonal(String text) {
        var said = new TreeSet<String>();
        PERSONAL.stream()
                .filter(personal -> text.toLowerCase(Locale.ROOT).contains(personal.toLowerCase(Locale.ROOT)))
                .forEach(said::add);
        assertThat(said).isEmpty();
    }

    private long count(String sql) {
        return jdbc.sql(sql).query(Long.class).single();
    }

    private void tell(Command command) {
        broker.send(Topology.COMMANDS, command.type(), new Message(command.bytes()));
    }
}
