package dev.orderflow.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
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
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whoever does something to an order, its timeline says who it was and which door they used. */
@OrderflowTest
class AuditTests {

    private static final String PARCEL =
            "{\"variables\":{\"carrier\":{\"value\":\"DHL\"},\"trackingNumber\":{\"value\":\"1234567890\"}}}";

    @LocalServerPort
    int port;

    @Autowired
    World world;

    @Autowired
    IdentityService identity;

    @Autowired
    JdbcClient jdbc;

    @BeforeEach
    void employ() {
        Map.of("wendy", Groups.WAREHOUSE, "sam", Groups.SERVICE).forEach((name, group) -> {
            if (identity.createUserQuery().userId(name).count() == 0) {
                User user = identity.newUser(name);
                user.setPassword(name + "'s password");
                identity.saveUser(user);
                identity.createMembership(name, group);
            }
        });
    }

    @Test
    void a_message_of_the_queue_is_its_sources() {
        String orderNo = world.paid();

        assertThat(actor(orderNo, "OrderPlaced")).isEqualTo("queue:/shop/web");
        assertThat(actor(orderNo, "StockReserved")).isEqualTo("queue:/shop/web");
        assertThat(actor(orderNo, "OrderPaid")).isEqualTo("queue:/psp/adyen");
    }

    @Test
    void a_command_over_http_is_the_accounts() {
        String orderNo = World.newOrderNo();

        assertThat(command(shop(), Command.placeOrder(orderNo, world.stocked(5), 2)))
                .isEqualTo(200);
        assertThat(actor(orderNo, "OrderPlaced")).isEqualTo("http:shop");
        Command cancel = Command.cancelOrder(orderNo);
        assertThat(command(sam(), new Command(cancel.id(), "/people/sam", cancel.type(), orderNo, cancel.data())))
                .isEqualTo(200);
        assertThat(actor(orderNo, "OrderCancelled")).isEqualTo("http:sam");
        assertThat(actor(orderNo, "StockReleased")).isEqualTo("http:sam");
    }

    @Test
    void a_message_or_a_task_of_the_engines_api_is_its_users() {
        String orderNo = world.paid();

        assertThat(wendy().post("/engine-rest/task/" + shipping(orderNo) + "/complete", PARCEL)
                        .status())
                .isEqualTo(204);
        assertThat(actor(orderNo, "OrderShipped")).isEqualTo("engine:wendy");
        assertThat(shop().post(
                                "/engine-rest/message",
                                "{\"messageName\":\"ConfirmReceipt\",\"businessKey\":\"" + orderNo + "\","
                                        + "\"processVariables\":{\"message\":{\"type\":\"String\",\"value\":\"{}\"}}}")
                        .status())
                .isEqualTo(204);
        assertThat(actor(orderNo, "OrderReceived")).isEqualTo("engine:shop");
    }

    @Test
    void a_task_completed_in_tasklist_is_its_users() {
        String orderNo = world.paid();
        Visitor tasklist = Visitor.inTasklist(port, "wendy", "wendy's password");

        assertThat(tasklist.post(
                                "/camunda/api/engine/engine/default/task/" + shipping(orderNo) + "/submit-form", PARCEL)
                        .status())
                .isEqualTo(204);

        assertThat(actor(orderNo, "OrderShipped")).isEqualTo("engine:wendy");
        assertThat(actor(orderNo, "StockDeducted")).isEqualTo("engine:wendy");
    }

    @Test
    void what_time_does_is_the_timers() {
        String orderNo = world.placed();

        world.fire(world.timer("order", orderNo, "BoundaryEvent_PaymentOverdue"));

        assertThat(actor(orderNo, "OrderCancelled")).isEqualTo("timer");
    }

    @Test
    void a_timer_that_an_administrator_fires_is_the_administrators() {
        String orderNo = world.placed();
        String job =
                world.timer("order", orderNo, "BoundaryEvent_PaymentOverdue").getId();

        assertThat(Visitor.named(port, "admin", "admin")
                        .post("/engine-rest/job/" + job + "/execute", "")
                        .status())
                .isEqualTo(204);

        assertThat(actor(orderNo, "OrderCancelled")).isEqualTo("engine:admin");
    }

    @Test
    void a_dead_letter_tried_again_is_whose_who_tries() {
        String orderNo = world.placed();
        Command payment = Command.paymentCaptured(orderNo, Command.total(2));
        String id = "3f0f8f0e-0000-4000-8000-" + String.format("%012x", System.nanoTime() & 0xffffffffffffL);
        jdbc.sql("insert into dead_letter (id, body, reason, received_at) values (?::uuid, ?, 'a test', now())")
                .params(id, payment.bytes())
                .update();

        assertThat(sam().post("/api/dead-letters/" + id + "/retry", "").status())
                .isEqualTo(200);

        assertThat(actor(orderNo, "OrderPaid")).isEqualTo("http:sam");
    }

    @Test
    void a_parked_message_stays_its_senders() {
        String orderNo = world.paid();
        world.send(Command.confirmReceipt(orderNo));

        world.apply(Command.shipOrder(orderNo));

        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(world.timeline(orderNo)).contains("OrderReceived"));
        assertThat(actor(orderNo, "OrderReceived")).isEqualTo("queue:/shop/web");
    }

    @Test
    void the_timeline_at_the_api_tells_it() {
        String orderNo = world.paid();

        List<String> actors =
                shop().get("/api/orders/" + orderNo + "/events").json().findValuesAsText("actor");

        assertThat(actors).hasSameSizeAs(world.timeline(orderNo)).containsOnly("queue:/shop/web", "queue:/psp/adyen");
    }

    private int command(Visitor sender, Command command) {
        return sender.send(sender.request("/api/commands")
                        .header("Content-Type", "application/cloudevents+json")
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString(command.json())))
                .status();
    }

    private String shipping(String orderNo) {
        return world.task("order", orderNo, "UserTask_ShipOrder").getId();
    }

    private String actor(String orderNo, String event) {
        return jdbc.sql("select actor from order_event where subject = :orderNo and type = :event")
                .param("orderNo", orderNo)
                .param("event", event)
                .query(String.class)
                .single();
    }

    private Visitor shop() {
        return Visitor.withKey(port, "shop");
    }

    private Visitor wendy() {
        return Visitor.named(port, "wendy", "wendy's password");
    }

    private Visitor sam() {
        return Visitor.named(port, "sam", "sam's password");
    }
}
