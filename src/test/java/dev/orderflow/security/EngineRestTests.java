package dev.orderflow.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.security.Visitor.Answer;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

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

    @BeforeEach
    void employ() {
        employ("wendy", Groups.WAREHOUSE);
        employ("sam", Groups.SERVICE);
    }

    @Test
    void a_shop_a_payment_provider_and_a_clerk_take_an_order_through_its_life() throws Exception {
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
    void every_broken_field_is_named() throws Exception {
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
    void an_order_number_is_used_once() throws Exception {
        String orderNo = world.placed();

        Answer answer = shop().post("/engine-rest/message", message(Command.placeOrder(orderNo, world.stocked(3), 1)));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().get("detail").asText()).contains(orderNo);
    }

    @Test
    void what_comes_too_late_is_a_mistake_of_the_sender() throws Exception {
        String orderNo = world.shipped();

        assertThat(shop().post("/engine-rest/message", message(Command.cancelOrder(orderNo)))
                        .status())
                .isEqualTo(400);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.SHIPPED);
    }

    @Test
    void service_cancels_an_order_from_tasklist() throws Exception {
        String orderNo = world.paid();
        Visitor sam = Visitor.inTasklist(port, "sam", "sam's password");

        Answer answer = sam.post(
                "/camunda/api/engine/engine/default/message",
                message(Command.cancelOrder(orderNo).with("reason", "OPERATOR")));

        assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.CANCELLED);
    }

    @Test
    void the_warehouse_cancels_nothing() throws Exception {
        String orderNo = world.paid();

        assertThat(wendy().post("/engine-rest/message", message(Command.cancelOrder(orderNo)))
                        .status())
                .isEqualTo(403);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
    }

    private String message(Command command) throws Exception {
        return json.writeValueAsString(Map.of(
                "messageName",
                command.type(),
                "businessKey",
                command.subject(),
                "processVariables",
                Map.of(
                        "message",
                        Map.of(
                                "type", "String",
                                "value", command.dataJson(),
                                "valueInfo", Map.of("transient", true)))));
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
