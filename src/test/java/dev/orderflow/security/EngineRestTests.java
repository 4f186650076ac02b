package dev.orderflow.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.security.Visitor.Answer;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An order's life through the engine's own API: with the rights machines and people have, and with answers they can use. */
@OrderflowTest
class EngineRestTests {

    @LocalServerPort
    int port;

    @Autowired
    World world;

    @Autowired
    IdentityService identity;

    @Autowired
    ObjectMapper json;

    @Autowired
    JdbcClient jdbc;

    @BeforeEach
    void employ() {
        employ("wendy", Groups.WAREHOUSE);
        employ("sam", Groups.SERVICE);
    }

    @Test
    void a_shop_a_payment_provider_and_a_clerk_take_an_order_through_its_life() {
        String orderNo = World.newOrderNo();

        assertThat(shop().post("/engine-rest/message", message(Command.placeOrder(orderNo, world.stocked(3), 2)))
                        .status())
                .isEqualTo(204);
        assertThat(shop().post("/engine-rest/message", message(Command.paymentCaptured(orderNo, Command.total(2))))
                        .status())
                .isEqualTo(204);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);

        String task = wendy().get("/engine-rest/task?processInstanceBusinessKey=" + orderNo)
                .json()
                .at("/0/id")
                .asText();
        assertThat(wendy().get("/engine-rest/task/" + task).json().get("name").asText())
                .isEqualTo("Ship order " + orderNo);
        Answer shipped = wendy().post(
                        "/engine-rest/task/" + task + "/complete",
                        "{\"variables\":{\"carrier\":{\"value\":\"DHL\"},\"trackingNumber\":{\"value\":\"QB123456789BR\"}}}");
        assertThat(shipped.status()).as(shipped.toString()).isEqualTo(204);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.SHIPPED);

        assertThat(shop().post("/engine-rest/message", message(Command.confirmReceipt(orderNo)))
                        .status())
                .isEqualTo(204);
        assertThat(shop().post("/engine-rest/message", message(Command.submitReview(orderNo)))
                        .status())
                .isEqualTo(204);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.COMPLETED);
    }

    @Test
    void a_clerk_ships_nothing_without_a_tracking_number() {
        String orderNo = world.paid();
        String task = world.task("order", orderNo, "UserTask_ShipOrder").getId();

        Answer answer = wendy().post(
                        "/engine-rest/task/" + task + "/complete", "{\"variables\":{\"carrier\":{\"value\":\"DHL\"}}}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").asText()).contains("trackingNumber");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
    }

    @Test
    void every_broken_field_is_named() {
        String orderNo = World.newOrderNo();
        Command order = Command.placeOrder(orderNo, world.stocked(3), 1)
                .with("currency", "XXY")
                .with("lines", List.of());

        Answer answer = shop().post("/engine-rest/message", message(order));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.header("Content-Type")).containsExactly("application/problem+json");
        assertThat(answer.json().get("errors").size()).isGreaterThan(1);
        assertThat(answer.body()).doesNotContain("org.camunda", "dev.orderflow");
    }

    @Test
    void an_order_number_is_used_once() {
        String orderNo = world.placed();

        Answer answer = shop().post("/engine-rest/message", message(Command.placeOrder(orderNo, world.stocked(3), 1)));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().get("detail").asText()).contains(orderNo);
    }

    @Test
    void what_comes_too_late_is_a_mistake_of_the_sender() {
        String orderNo = world.shipped();

        assertThat(shop().post("/engine-rest/message", message(Command.cancelOrder(orderNo)))
                        .status())
                .isEqualTo(400);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.SHIPPED);
    }

    @ParameterizedTest
    @EnumSource
    void every_message_is_taken_in_each_form_and_never_stored(Form form) {
        String completed = World.newOrderNo();
        send(form, Command.placeOrder(completed, manyLines()));
        send(form, Command.paymentFailed(completed));
        send(form, Command.paymentCaptured(completed, Command.total(60)));
        send(form, Command.shipOrder(completed));
        send(form, Command.shipmentDelivered(completed));
        send(form, Command.confirmReceipt(completed));
        send(form, Command.submitReview(completed));
        assertThat(world.status(completed)).isEqualTo(OrderStatus.COMPLETED);

        String cancelled = world.paid();
        send(form, Command.cancelOrder(cancelled));
        String refund = world.refunds(cancelled).get(0).refundId();
        send(form, Command.refundFailed(cancelled, refund), refund);
        send(form, Command.refundSettled(cancelled, refund), refund);
        assertThat(world.refunds(cancelled)).extracting(World.Refund::status).containsExactly("SETTLED");

        String sku = "sku-" + World.newOrderNo();
        send(form, Command.stockAdjusted(sku, 7, Instant.now()));
        assertThat(world.stock(sku).onHand()).isEqualTo(7);
    }

    @Test
    void a_refund_is_not_settled_by_the_message_of_another() {
        String one = world.paid();
        String other = world.paid();
        world.apply(Command.cancelOrder(one));
        world.apply(Command.cancelOrder(other));
        String refund = world.refunds(one).get(0).refundId();
        String another = world.refunds(other).get(0).refundId();

        Answer answer = shop().post(
                        "/engine-rest/message",
                        message(Form.STRING_TRANSIENT, Command.refundSettled(one, refund), another));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(world.refunds(other)).extracting(World.Refund::status).containsExactly("REQUESTED");
    }

    @Test
    void a_business_key_that_is_no_order_number_is_refused() {
        Command order = Command.placeOrder(World.newOrderNo(), world.stocked(1), 1);

        Answer answer =
                shop().post("/engine-rest/message", message(Form.STRING_TRANSIENT, order, "<script>alert(1)</script>"));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body()).contains("businessKey");
    }

    @Test
    void a_payment_told_twice_is_recorded_once() {
        String orderNo = world.placed();
        Command payment = Command.paymentCaptured(orderNo, Command.total(2));

        send(Form.STRING_TRANSIENT, payment);
        send(Form.STRING_TRANSIENT, payment);

        assertThat(world.payments(orderNo)).hasSize(1);
        assertThat(world.refunds(orderNo)).isEmpty();
    }

    @Test
    void a_decision_of_finance_that_says_too_little_is_refused_in_words() {
        employ("fiona", Groups.FINANCE);
        String orderNo = World.newOrderNo();
        world.send(Command.paymentCaptured(orderNo, 700));
        world.fire(world.timer("payment", orderNo, "BoundaryEvent_ParkingOverdue"));
        String task = world.task("payment", orderNo, "UserTask_AssignOrRefund").getId();

        Answer answer = Visitor.named(port, "fiona", "fiona's password")
                .post("/engine-rest/task/" + task + "/complete", "{\"variables\":{}}");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo("decision");
        assertThat(world.payments(orderNo)).containsExactly(new World.Payment("UNASSIGNED", 700, "EUR", 0));
    }

    @Test
    void nobody_puts_another_payment_in_the_place_of_theirs() {
        employ("fiona", Groups.FINANCE);
        String paid = world.paid();
        long key = jdbc.sql("select payment_key from payment where order_no = ?")
                .param(paid)
                .query(Long.class)
                .single();
        String another = world.paid();

        // With a second payment of one order, which is not wanted, somebody would have the money of the other back.
        for (boolean passing : new boolean[] {true, false}) {
            Map<String, Object> its = Map.of("type", "Long", "value", key, "valueInfo", Map.of("transient", passing));
            assertThat(send(Map.of("payment", its), Command.paymentCaptured(another, 700))
                            .status())
                    .isEqualTo(422);
        }
        String unknown = World.newOrderNo();
        world.send(Command.paymentCaptured(unknown, 900));
        world.fire(world.timer("payment", unknown, "BoundaryEvent_ParkingOverdue"));
        String task = world.task("payment", unknown, "UserTask_AssignOrRefund").getId();
        Visitor fiona = Visitor.named(port, "fiona", "fiona's password");
        String decision =
                "{\"variables\":{\"decision\":{\"value\":\"REFUND\"},\"%s\":{\"type\":\"Long\",\"value\":%d}}}";

        assertThat(fiona.post("/engine-rest/task/" + task + "/complete", decision.formatted("payment", key))
                        .status())
                .isEqualTo(422);
        assertThat(fiona.post("/engine-rest/task/" + task + "/complete", decision.formatted("excess", 1))
                        .status())
                .isEqualTo(422);
        assertThat(fiona.post("/engine-rest/task/" + task + "/complete", decision.formatted("whatever", 1))
                        .status())
                .isEqualTo(204);

        assertThat(world.refunds(paid)).isEmpty();
        assertThat(world.refunds(another)).isEmpty();
        assertThat(world.refunds(unknown)).extracting(World.Refund::amount).containsExactly(900L);
    }

    @Test
    void what_the_models_do_not_know_is_not_kept() {
        String orderNo = World.newOrderNo();
        Map<String, Object> strangers = Map.of(
                "email", Map.of("value", "ana@example.com"),
                "shipFrom", Map.of("value", "Elsewhere"));
        Command order = Command.placeOrder(orderNo, world.stocked(5), 2);
        assertThat(send(Map.of("covered", Map.of("value", true)), order).status())
                .isEqualTo(422);
        assertThat(send(strangers, order).status()).isEqualTo(204);
        assertThat(send(strangers, Command.paymentCaptured(orderNo, Command.total(2)))
                        .status())
                .isEqualTo(204);
        String task = world.task("order", orderNo, "UserTask_ShipOrder").getId();

        assertThat(wendy().post("/engine-rest/task/" + task + "/complete", """
                        {"variables": {"carrier": {"value": "DHL"}, "trackingNumber": {"value": "1"},
                                       "phone": {"value": "+55 11 5550 0100"}}}""").status())
                .isEqualTo(204);
        assertThat(send(strangers, Command.shipmentDelivered(orderNo).with("trackingNumber", "1"))
                        .status())
                .isEqualTo(204);

        assertThat(jdbc.sql("select ship_from from shipment where order_no = ?")
                        .param(orderNo)
                        .query(String.class)
                        .single())
                .isEqualTo("Main warehouse");
        assertThat(jdbc.sql("""
                                select v.name_ from act_ru_variable v join act_ru_execution e on e.id_ = v.proc_inst_id_
                                where e.business_key_ = ?""").param(orderNo).query(String.class).list()).isEmpty();
    }

    @Test
    void service_cancels_an_order_from_tasklist() {
        String orderNo = world.paid();
        Visitor sam = Visitor.inTasklist(port, "sam", "sam's password");

        Answer answer = sam.post(
                "/camunda/api/engine/engine/default/message",
                message(Command.cancelOrder(orderNo).with("reason", "OPERATOR")));

        assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.CANCELLED);
    }

    @Test
    void the_warehouse_cancels_what_it_cannot_ship_and_says_nothing_else() {
        String orderNo = world.paid();

        for (Command notHers : List.of(Command.confirmReceipt(orderNo), Command.paymentCaptured(orderNo, 1))) {
            assertThat(wendy().post("/engine-rest/message", message(notHers)).status())
                    .isEqualTo(403);
        }
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(wendy().post("/engine-rest/message", message(Command.cancelOrder(orderNo)))
                        .status())
                .isEqualTo(204);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.CANCELLED);
        assertThat(jdbc.sql("select actor from order_event where subject = ? and type = 'OrderCancelled'")
                        .param(orderNo)
                        .query(String.class)
                        .single())
                .isEqualTo("engine:wendy");
    }

    @Test
    void nobody_cancels_all_orders_at_once() {
        String orderNo = world.paid();

        for (String all : List.of("", ",\"all\":true", ",\"processVariables\":{}")) {
            assertThat(shop().post("/engine-rest/message", "{\"messageName\":\"CancelOrder\"" + all + "}")
                            .status())
                    .isEqualTo(400);
        }
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
    }

    /** The ways a client may send the data along. */
    enum Form {
        STRING_TRANSIENT("String", true),
        STRING("String", false),
        JSON_TRANSIENT("Json", true),
        JSON("Json", false);

        private final String type;
        private final boolean passing;

        Form(String type, boolean passing) {
            this.type = type;
            this.passing = passing;
        }
    }

    /** More text than the engine could keep in a variable of type String. */
    private Map<String, Integer> manyLines() {
        Map<String, Integer> lines = new LinkedHashMap<>();
        for (int i = 0; i < 60; i++) {
            lines.put(world.stocked(1), 1);
        }
        return lines;
    }

    private void send(Form form, Command command) {
        send(form, command, command.subject());
    }

    private void send(Form form, Command command, String businessKey) {
        Answer answer = shop().post("/engine-rest/message", message(form, command, businessKey));
        assertThat(answer.status()).as(command.type() + ": " + answer).isEqualTo(204);
        assertThat(jdbc.sql("""
                                select (select count(*) from act_ru_variable where name_ = 'message')
                                     + (select count(*) from act_hi_varinst where name_ = 'message')
                                     + (select count(*) from act_hi_detail where name_ = 'message')
                                     + (select count(*) from act_ge_bytearray where name_ = 'message')
                                """).query(Long.class).single())
                .as("rows that keep the message " + command.type())
                .isZero();
    }

    private Answer send(Map<String, Object> strangers, Command command) {
        Map<String, Object> variables = new LinkedHashMap<>(strangers);
        variables.put("message", Map.of("type", "String", "value", command.dataJson()));
        try {
            return shop().post(
                            "/engine-rest/message",
                            json.writeValueAsString(Map.of(
                                    "messageName", command.type(),
                                    "businessKey", command.subject(),
                                    "processVariables", variables)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String message(Command command) {
        return message(Form.STRING_TRANSIENT, command, command.subject());
    }

    private String message(Form form, Command command, String businessKey) {
        Map<String, Object> value = new LinkedHashMap<>(Map.of("type", form.type, "value", command.dataJson()));
        if (form.passing) {
            value.put("valueInfo", Map.of("transient", true));
        }
        try {
            return json.writeValueAsString(Map.of(
                    "messageName",
                    command.type(),
                    "businessKey",
                    businessKey,
                    "processVariables",
                    Map.of("message", value)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Visitor shop() {
        return Visitor.withKey(port, "shop");
    }

    private Visitor wendy() {
        return Visitor.named(port, "wendy", "wendy's password");
    }

    private void employ(String name, String group) {
        if (identity.createUserQuery().userId(name).count() == 0) {
            User user = identity.newUser(name);
            user.setPassword(name + "'s password");
            identity.saveUser(user);
            identity.createMembership(name, group);
        }
    }
}
