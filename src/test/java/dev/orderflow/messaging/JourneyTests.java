package dev.orderflow.messaging;

import static dev.orderflow.world.Command.cancelOrder;
import static dev.orderflow.world.Command.confirmReceipt;
import static dev.orderflow.world.Command.paymentCaptured;
import static dev.orderflow.world.Command.paymentFailed;
import static dev.orderflow.world.Command.placeOrder;
import static dev.orderflow.world.Command.refundSettled;
import static dev.orderflow.world.Command.shipOrder;
import static dev.orderflow.world.Command.shipmentDelivered;
import static dev.orderflow.world.Command.submitReview;
import static dev.orderflow.world.Command.total;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.amqp.RabbitConnectionDetails;

/** Whole lives of orders as systems outside live them: commands into one queue, events out of another, and nothing else. */
@OrderflowTest
class JourneyTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    RabbitTemplate broker;

    @Autowired
    RabbitConnectionDetails details;

    @Autowired
    World world;

    private final String orderNo = World.newOrderNo();
    private EventsHeard heard;

    @BeforeEach
    void listen() {
        heard = new EventsHeard(details);
    }

    @AfterEach
    void hangUp() {
        heard.close();
    }

    @Test
    void an_order_lives_from_placed_to_completed() {
        tell(placeOrder(orderNo, world.stocked(5), 2));
        hear("StockReserved");
        tell(paymentFailed(orderNo));
        hear("PaymentFailed");
        tell(paymentCaptured(orderNo, total(2)));
        hear("OrderReleased");
        tell(shipOrder(orderNo));
        hear("StockDeducted");
        tell(shipmentDelivered(orderNo));
        hear("OrderDelivered");
        tell(confirmReceipt(orderNo));
        hear("OrderReceived");
        tell(submitReview(orderNo));
        hear("OrderCompleted");

        assertThat(types())
                .containsExactly(
                        "OrderPlaced",
                        "StockReserved",
                        "PaymentFailed",
                        "PaymentRecorded",
                        "OrderPaid",
                        "OrderReleased",
                        "OrderShipped",
                        "StockDeducted",
                        "OrderDelivered",
                        "OrderReceived",
                        "OrderReviewed",
                        "OrderCompleted");
        assertGapless();
    }

    @Test
    void a_cancelled_order_gives_stock_and_money_back() {
        tell(placeOrder(orderNo, world.stocked(5), 2));
        tell(paymentCaptured(orderNo, total(2)));
        hear("OrderReleased");
        tell(cancelOrder(orderNo));
        hear("RefundRequested");
        JsonNode request = EventsHeard.json(event("RefundRequested")).get("data");
        assertThat(request.get("amount").asLong()).isEqualTo(total(2));
        assertThat(request.get("currency").asText()).isEqualTo(Command.CURRENCY);

        tell(refundSettled(orderNo, request.get("refundId").asText()));
        hear("RefundSettled");
        tell(shipOrder(orderNo));
        hear("CommandRefused");

        assertThat(types())
                .endsWith("OrderCancelled", "StockReleased", "RefundRequested", "RefundSettled", "CommandRefused");
        assertGapless();
    }

    @Test
    void whatever_order_its_messages_come_in_an_order_reaches_its_end() {
        List<Command> life = new ArrayList<>(List.of(
                placeOrder(orderNo, world.stocked(5), 2),
                paymentCaptured(orderNo, 1_000),
                paymentCaptured(orderNo, total(2) - 1_000),
                shipOrder(orderNo),
                confirmReceipt(orderNo),
                submitReview(orderNo)));
        Collections.shuffle(life, new Random(orderNo.hashCode()));

        life.forEach(this::tell);

        hear("OrderCompleted");
        assertThat(types())
                .contains("OrderPlaced", "OrderPaid", "OrderReleased", "OrderShipped", "OrderReceived", "OrderReviewed")
                .doesNotContain("CommandRefused", "RefundRequested");
        assertGapless();
    }

    @Test
    void of_many_orders_at_once_each_is_told_from_one_to_its_end_without_gaps() {
        String sku = world.stocked(1_000);
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            numbers.add(World.newOrderNo());
        }

        numbers.forEach(number -> tell(placeOrder(number, sku, 1)));
        numbers.forEach(number -> tell(paymentCaptured(number, total(1))));
        numbers.forEach(number -> tell(shipOrder(number)));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(numbers).allSatisfy(number -> {
                    // Seven events, or eight where the payment overtook its order in the queue.
                    assertThat(heard.about(number))
                            .last()
                            .extracting(event -> event.getMessageProperties().getReceivedRoutingKey())
                            .isEqualTo("stock.deducted");
                    assertThat(heard.sequences(number))
                            .containsExactlyElementsOf(LongStream.rangeClosed(
                                            1, heard.about(number).size())
                                    .boxed()
                                    .toList());
                }));
    }

    @Test
    void an_event_is_a_cloud_event_and_tells_nothing_of_the_person() {
        tell(placeOrder(orderNo, world.stocked(5), 2));
        tell(cancelOrder(orderNo).with("note", "Ana called"));
        hear("StockReleased");

        Message placed = event("OrderPlaced");
        JsonNode event = EventsHeard.json(placed);
        assertThat(placed.getMessageProperties().getContentType()).isEqualTo("application/cloudevents+json");
        assertThat(placed.getMessageProperties().getReceivedRoutingKey()).isEqualTo("order.placed");
        assertThat(event.get("specversion").asText()).isEqualTo("1.0");
        assertThat(event.get("source").asText()).isEqualTo("/orderflow");
        assertThat(event.get("id").asText()).isEqualTo(orderNo + "/1");
        assertThat(event.get("subject").asText()).isEqualTo(orderNo);
        assertThat(event.get("sequence").asLong()).isEqualTo(1);
        assertThat(event.at("/data/status").asText()).isEqualTo("PENDING_PAYMENT");
        assertThat(heard.about(orderNo))
                .extracting(message -> EventsHeard.json(message).toString())
                .allSatisfy(text -> assertThat(text).doesNotContain("Ana", "example.com", "5550", "Paulista"));
    }

    @Test
    void a_senders_trace_goes_out_with_the_events_it_caused() {
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        String order = placeOrder(orderNo, world.stocked(5), 2).json();
        broker.send(
                Topology.COMMANDS,
                "any",
                new Message(order.replaceFirst("\\{", "{\"traceparent\":\"" + traceparent + "\",")
                        .getBytes(StandardCharsets.UTF_8)));
        hear("StockReserved");
        tell(paymentCaptured(orderNo, total(2)));
        hear("OrderReleased");

        assertThat(EventsHeard.json(event("OrderPlaced")).path("traceparent").asText())
                .isEqualTo(traceparent);
        assertThat(EventsHeard.json(event("OrderPaid")).has("traceparent")).isFalse();
    }

    private void tell(Command command) {
        broker.send(Topology.COMMANDS, command.type(), new Message(command.bytes()));
    }

    private void hear(String type) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(types()).contains(type));
    }

    private Message event(String type) {
        return heard.about(orderNo).stream()
                .filter(message -> type(message).equals(type))
                .findFirst()
                .orElseThrow();
    }

    private List<String> types() {
        return heard.about(orderNo).stream().map(JourneyTests::type).distinct().toList();
    }

    private static String type(Message message) {
        return EventsHeard.json(message).get("type").asText();
    }

    private void assertGapless() {
        List<Long> sequences = heard.sequences(orderNo);
        assertThat(sequences)
                .isEqualTo(LongStream.rangeClosed(1, sequences.size()).boxed().toList());
    }
}
