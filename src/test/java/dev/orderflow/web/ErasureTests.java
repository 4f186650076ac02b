package dev.orderflow.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.web.Http.Answer;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A buyer who asks for it is forgotten everywhere, and the books stay as they are. */
@OrderflowTest
class ErasureTests {

    private final String mark = UUID.randomUUID().toString().replace("-", "");
    private final String customer = "buyer-" + mark;

    @LocalServerPort
    private int port;

    @Autowired
    private World world;

    @Autowired
    private TaskService tasks;

    @Autowired
    private JdbcClient jdbc;

    private Http service;

    @BeforeEach
    void connect() {
        service = Http.of(port, "privacy");
    }

    @Test
    void nothing_in_any_table_speaks_of_the_buyer_any_more() {
        String reviewed = reviewed();
        String cancelled = cancelledAndRefundedByHand();
        String broken = deadLetter(placing(World.newOrderNo()).with("total", 1).json());
        String torn = deadLetter("{\"customer\": {\"email\": \"" + email() + "\", ");
        String note = deadLetter(
                Command.cancelOrder(reviewed).with("note", "I am " + mark).json());
        String money = deadLetter(Command.paymentCaptured(reviewed, -5).json());
        assertThat(tablesThatSpeakOf(mark))
                .contains(
                        "orders", "order_contact", "review", "refund", "order_event", "act_hi_comment", "dead_letter");

        Answer answer = service.send("POST", "/api/customers/" + customer + "/erasure");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(tablesThatSpeakOf(mark)).isEmpty();
        JsonNode erased = answer.json();
        assertThat(erased.get("orders")).hasSize(2);
        assertThat(erased.get("contacts").asInt()).isEqualTo(2);
        assertThat(erased.get("reviews").asInt()).isEqualTo(1);
        assertThat(erased.get("refundNotes").asInt()).isEqualTo(1);
        assertThat(erased.get("taskComments").asInt()).isPositive();
        assertThat(erased.get("deadLetters").asInt()).isEqualTo(3);
        assertThat(letter(money)).contains("PaymentCaptured", "-5");
        assertThat(List.of(letter(broken), letter(note)))
                .allSatisfy(letter -> assertThat(letter).contains("specversion").doesNotContain("data"));
        assertThat(letter(torn)).isEmpty();
        assertThat(world.timeline(cancelled)).endsWith("ContactErased");
        putAway(broken, torn, note, money);
    }

    @Test
    void the_books_stay() {
        String reviewed = reviewed();
        String cancelled = cancelledAndRefundedByHand();
        JsonNode before = order(reviewed);
        List<World.Refund> refunds = world.refunds(cancelled);

        erase();

        JsonNode after = order(reviewed);
        for (String kept : List.of(
                "orderNo", "status", "currency", "lines", "total", "captured", "payments", "shipment", "times")) {
            assertThat(after.get(kept)).as(kept).isEqualTo(before.get(kept));
        }
        assertThat(after.at("/review/rating").asInt()).isEqualTo(4);
        assertThat(world.refunds(cancelled)).isEqualTo(refunds);
    }

    @Test
    void whoever_reads_the_order_afterwards_sees_that_and_when_it_was_erased() {
        String orderNo = reviewed();

        erase();

        JsonNode order = order(orderNo);
        assertThat(order.path("contact").isMissingNode() || order.get("contact").isNull())
                .isTrue();
        assertThat(order.get("erasedAt").asText()).isNotEmpty();
        assertThat(order.get("customerId").asText()).startsWith("erased-").doesNotContain(mark);
        assertThat(order.at("/review/comment").isNull()
                        || order.at("/review/comment").isMissingNode())
                .isTrue();
        assertThat(service.get("/api/orders?customer=" + customer).json().get("orders"))
                .isEmpty();
        assertThat(service.get("/api/orders?customer=" + order.get("customerId").asText())
                        .json()
                        .get("orders"))
                .hasSize(1);
        JsonNode events =
                service.get("/api/orders/" + orderNo + "/events").json().get("events");
        JsonNode last = events.get(events.size() - 1);
        assertThat(last.get("type").asText()).isEqualTo("ContactErased");
        assertThat(last.get("actor").asText()).isEqualTo("http:privacy");
        assertThat(last.get("data")).hasSize(2);
        assertThat(last.at("/data/status").asText()).isEqualTo("COMPLETED");
        assertThat(last.at("/data/reason").asText()).isEqualTo("REQUEST");
        assertThat(events.get(0).at("/data/customerId").asText())
                .isEqualTo(order.get("customerId").asText());
        await().until(() -> jdbc.sql("select count(*) from outbox join order_event on id = event_id where subject = ?")
                        .param(orderNo)
                        .query(Long.class)
                        .single()
                == 0);
    }

    @Test
    void while_an_order_runs_nothing_is_erased_and_the_answer_names_it() {
        String finished = reviewed();
        String running = World.newOrderNo();
        world.apply(placing(running));

        Answer answer = service.send("POST", "/api/customers/" + customer + "/erasure");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.text("detail"))
                .contains(running, "Nothing was erased")
                .doesNotContain(finished);
        assertThat(answer.json().get("orders").toString()).isEqualTo("[\"" + running + "\"]");
        assertThat(order(finished).at("/contact/email").asText()).isEqualTo(email());

        world.apply(Command.cancelOrder(running));
        assertThat(erase().get("orders")).hasSize(2);
    }

    @Test
    void an_order_whose_money_is_still_to_go_back_runs() {
        String orderNo = World.newOrderNo();
        world.apply(placing(orderNo));
        world.pay(orderNo);
        world.apply(Command.cancelOrder(orderNo));

        assertThat(service.send("POST", "/api/customers/" + customer + "/erasure")
                        .status())
                .isEqualTo(409);

        world.apply(Command.refundSettled(orderNo, world.refunds(orderNo).get(0).refundId()));
        assertThat(erase().get("orders")).hasSize(1);
    }

    @Test
    void doing_it_again_erases_nothing_more() {
        String orderNo = reviewed();
        erase();
        JsonNode order = order(orderNo);

        JsonNode again = erase();

        assertThat(again.toString())
                .isEqualTo("{\"orders\":[],\"contacts\":0,\"reviews\":0,\"refundNotes\":0,\"taskComments\":0,"
                        + "\"parkedMessages\":0,\"deadLetters\":0}");
        assertThat(order(orderNo)).isEqualTo(order);
        assertThat(world.timeline(orderNo)).containsOnlyOnce("ContactErased");
    }

    @Test
    void another_buyer_whose_id_begins_the_same_is_left_alone() {
        String orderNo = reviewed();
        String letter = deadLetter(placing(World.newOrderNo()).with("total", 1).json());

        assertThat(service.send("POST", "/api/customers/" + customer.substring(0, customer.length() - 1) + "/erasure")
                        .json()
                        .get("orders"))
                .isEmpty();

        assertThat(order(orderNo).at("/contact/email").asText()).isEqualTo(email());
        assertThat(letter(letter)).contains(mark);
        putAway(letter);
    }

    @Test
    void only_administrators_and_service_may_and_a_machine_only_in_that_group() {
        String path = "/api/customers/nobody-" + mark + "/erasure";

        assertThat(Http.of(port, "shop").send("POST", path).status()).isEqualTo(403);
        assertThat(Http.of(port, "dashboard").send("POST", path).status()).isEqualTo(403);
        assertThat(Http.of(port, "admin").send("POST", path).status()).isEqualTo(200);
        assertThat(service.send("POST", path).status()).isEqualTo(200);
    }

    private JsonNode erase() {
        Answer answer = service.send("POST", "/api/customers/" + customer + "/erasure");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private String email() {
        return mark + "@example.com";
    }

    private Command placing(String orderNo) {
        return Command.placeOrder(orderNo, world.stocked(5), 1)
                .with(
                        "customer",
                        Map.of("id", customer, "name", "Ana " + mark, "email", email(), "phone", "+55 " + mark))
                .with("shipTo", Map.of("name", "Ana " + mark, "country", "BR", "city", "São Paulo", "street", mark));
    }

    private JsonNode order(String orderNo) {
        return service.get("/api/orders/" + orderNo).json();
    }

    private String reviewed() {
        String orderNo = World.newOrderNo();
        world.apply(placing(orderNo));
        world.pay(orderNo);
        Task task = world.task("order", orderNo, "UserTask_ShipOrder");
        tasks.createComment(task.getId(), task.getProcessInstanceId(), "call " + mark + " first");
        world.apply(Command.shipOrder(orderNo));
        world.apply(Command.confirmReceipt(orderNo));
        world.apply(Command.submitReview(orderNo).with("rating", 4).with("comment", "Greetings, " + mark));
        return orderNo;
    }

    private String cancelledAndRefundedByHand() {
        String orderNo = World.newOrderNo();
        world.apply(placing(orderNo));
        world.pay(orderNo);
        world.apply(Command.cancelOrder(orderNo).with("note", mark + " ordered twice"));
        String refund = world.refunds(orderNo).get(0).refundId();
        world.apply(Command.refundFailed(orderNo, refund));
        Task task = world.task("refund", refund, "UserTask_RefundByHand");
        tasks.createComment(task.getId(), task.getProcessInstanceId(), mark + " has a new account");
        world.complete(task, Map.of("providerReference", "SEPA 1", "note", "to the account of " + mark));
        return orderNo;
    }

    private String deadLetter(String body) {
        UUID id = UUID.randomUUID();
        jdbc.sql("insert into dead_letter (id, body, reason, received_at) values (?, ?, ?, now())")
                .params(id, body.getBytes(StandardCharsets.UTF_8), "it says " + body)
                .update();
        return id.toString();
    }

    private String letter(String id) {
        return jdbc.sql("select convert_from(body, 'UTF8') from dead_letter where id = ?::uuid")
                .param(id)
                .query(String.class)
                .single();
    }

    private void putAway(String... ids) {
        for (String id : ids) {
            jdbc.sql("delete from dead_letter where id = ?::uuid").param(id).update();
        }
    }

    @Test
    void a_dead_letter_that_somebody_puts_away_is_resolved_by_that_person() {
        String id = deadLetter("discard " + mark);

        assertThat(service.send("POST", "/api/dead-letters/" + id + "/discard").status())
                .isEqualTo(204);

        assertThat(jdbc.sql("select retry_result from dead_letter where id = ?::uuid and resolved_at is not null")
                        .param(id)
                        .query(String.class)
                        .single())
                .isEqualTo("DISCARDED by http:privacy");
        putAway(id);
    }

    /** Looks at every row of every table, the engine's too. */
    private List<String> tablesThatSpeakOf(String word) {
        return jdbc
                .sql("select table_name from information_schema.tables where table_schema = current_schema()"
                        + " and table_type = 'BASE TABLE'")
                .query(String.class)
                .list()
                .stream()
                .filter(table -> jdbc.sql("select exists (select from \"" + table + "\" t where t::text like :word"
                                + " or t::text like :hex)")
                        .param("word", "%" + word + "%")
                        .param("hex", "%" + hex(word) + "%")
                        .query(Boolean.class)
                        .single())
                .toList();
    }

    /** Bytes are shown so. */
    private static String hex(String word) {
        StringBuilder hex = new StringBuilder();
        for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
            hex.append(String.format("%02x", b));
        }
        return hex.toString();
    }
}
