package dev.orderflow.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.Orders;
import dev.orderflow.web.Http.Answer;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What a shop gets back for the messages it posts. */
@OrderflowTest
class CommandsHttpTests {

    @LocalServerPort
    private int port;

    @Autowired
    private World world;

    @Autowired
    private Orders orders;

    private Http shop;

    @BeforeEach
    void connect() {
        shop = Http.of(port, "shop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/cloudevents+json", "application/json", "application/cloudevents+json; charset=utf-8"
            })
    void an_order_is_placed_and_answered_at_once(String contentType) {
        String orderNo = World.newOrderNo();
        Command order = Command.placeOrder(orderNo, world.stocked(3), 2);

        Answer answer = shop.post("/api/commands", contentType, order.bytes());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"outcome\":\"APPLIED\",\"orderNo\":\"" + orderNo + "\",\"status\":\"PENDING_PAYMENT\"}");
        assertThat(world.timeline(orderNo)).startsWith("OrderPlaced");
        assertThat(shop.get("/api/orders/" + orderNo + "/events")
                        .json()
                        .at("/events/0/actor")
                        .asText())
                .isEqualTo("http:shop");
    }

    @Test
    void an_order_without_a_number_is_given_one() {
        String json = Command.placeOrder("to-be-left-out", world.stocked(3), 1)
                .json()
                .replace("\"subject\":\"to-be-left-out\",", "");

        Answer answer = shop.post("/api/commands", Http.CLOUD_EVENT, json.getBytes(UTF_8));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(orders.find(answer.text("orderNo"))).isPresent();
    }

    @Test
    void the_same_message_again_changes_nothing_and_gets_the_first_answer() {
        Command order = Command.placeOrder(World.newOrderNo(), world.stocked(3), 2);
        shop.post(order);

        Answer again = shop.post(order);

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.text("outcome")).isEqualTo("DUPLICATE");
        assertThat(again.text("status")).isEqualTo("PENDING_PAYMENT");
        assertThat(world.timeline(order.subject())).containsOnlyOnce("OrderPlaced");
    }

    @Test
    void the_same_message_from_many_connections_at_once_is_taken_in_once() throws Exception {
        Command order = Command.placeOrder(World.newOrderNo(), world.stocked(100), 1);
        ExecutorService connections = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Answer>> posts = IntStream.range(0, 8)
                    .<Callable<Answer>>mapToObj(i -> () -> shop.post(order))
                    .toList();
            List<String> outcomes = connections.invokeAll(posts).stream()
                    .map(CommandsHttpTests::get)
                    .peek(answer -> assertThat(answer.status()).isEqualTo(200))
                    .map(answer -> answer.text("outcome"))
                    .toList();

            assertThat(outcomes)
                    .containsOnlyOnce("APPLIED")
                    .filteredOn("DUPLICATE"::equals)
                    .hasSize(7);
        } finally {
            connections.shutdown();
        }
    }

    @Test
    void what_is_ahead_of_its_order_is_accepted_to_wait() {
        Answer answer = shop.post(Command.cancelOrder(World.newOrderNo()));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text("outcome")).isEqualTo("PARKED");
        assertThat(answer.text("reason")).contains("is not there yet");
    }

    @Test
    void what_can_no_longer_apply_is_a_conflict() {
        String orderNo = world.shipped();

        Answer answer = shop.post(Command.cancelOrder(orderNo));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text("outcome")).isEqualTo("REFUSED");
        assertThat(answer.text("status")).isEqualTo("SHIPPED");
        assertThat(world.timeline(orderNo)).endsWith("CommandRefused");
    }

    @Test
    void an_order_number_is_taken_once() {
        String orderNo = world.placed();

        Answer answer = shop.post(Command.placeOrder(orderNo, world.stocked(3), 1));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body()).contains("exists already");
    }

    @Test
    void every_broken_field_is_named_and_nothing_happens() {
        String orderNo = World.newOrderNo();
        Command order = Command.placeOrder(orderNo, world.stocked(3), -1)
                .with("currency", "EURO")
                .with("shipping", -5);

        Answer answer = shop.post(order);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.text("title")).isEqualTo("The message breaks a rule");
        assertThat(answer.json().path("errors"))
                .extracting(error -> error.path("field").asText())
                .containsExactlyInAnyOrder("data.currency", "data.shipping", "data.lines[0].quantity", "data.total");
        assertThat(answer.json().path("errors"))
                .allSatisfy(error -> assertThat(error.path("message").asText()).contains("; send "));
        assertThat(orders.find(orderNo)).isEmpty();
    }

    @Test
    void a_total_wrong_by_one_cent_is_told_the_right_sum() {
        Command order =
                Command.placeOrder(World.newOrderNo(), world.stocked(3), 1).with("total", 1501);

        assertThat(shop.post(order).json().at("/errors/0/message").asText())
                .startsWith("is 1501, but")
                .contains("1500");
    }

    @Test
    void a_sku_that_nobody_knows_is_named_by_its_line_and_the_message_may_come_again() {
        String sku = "unknown-" + World.newOrderNo();
        Command order = Command.placeOrder(World.newOrderNo(), sku, 1);

        Answer answer = shop.post(order);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo("data.lines[0].sku");
        assertThat(orders.find(order.subject())).isEmpty();

        shop.post(Command.stockAdjusted(sku, 1, Instant.parse("2026-11-22T06:00:00Z")));
        assertThat(shop.post(order).text("outcome")).isEqualTo("APPLIED");
    }

    @Test
    void an_order_for_more_than_there_is_is_cancelled_in_the_answer() {
        Answer answer = shop.post(Command.placeOrder(World.newOrderNo(), world.stocked(1), 2));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("status")).isEqualTo(OrderStatus.CANCELLED.name());
        assertThat(answer.text("reason")).isEqualTo("out of stock");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "[]", "{\"a\":1}{\"b\":2}", "{\"a\":1,\"a\":2}"})
    void what_is_no_message_at_all_is_a_bad_request(String body) {
        Answer answer = shop.post("/api/commands", Http.CLOUD_EVENT, body.getBytes(UTF_8));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.text("title")).isEqualTo("The message cannot be read");
        assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo("body");
    }

    @Test
    void nesting_without_end_is_a_bad_request() {
        String deep = "{\"data\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

        Answer answer = shop.post("/api/commands", Http.CLOUD_EVENT, deep.getBytes(UTF_8));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("detail")).contains("nested more than 50 levels deep");
    }

    @ParameterizedTest
    @ValueSource(ints = {256 * 1024 + 1, 900_000})
    void a_message_that_is_too_long_is_refused_whether_its_length_is_told_or_not(int bytes) {
        byte[] body = " ".repeat(bytes).getBytes(UTF_8);

        for (Answer answer : List.of(
                shop.post("/api/commands", Http.CLOUD_EVENT, body),
                shop.postInChunks("/api/commands", Http.CLOUD_EVENT, body))) {
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.contentType()).isEqualTo("application/problem+json");
            assertThat(answer.text("detail")).contains("262144 bytes at most");
        }
    }

    @Test
    void a_message_as_long_as_may_be_is_read() {
        byte[] order =
                Command.placeOrder(World.newOrderNo(), world.stocked(1), 1).bytes();
        byte[] body = Arrays.copyOf(order, 256 * 1024);
        Arrays.fill(body, order.length, body.length, (byte) ' ');

        assertThat(shop.postInChunks("/api/commands", Http.CLOUD_EVENT, body).status())
                .isEqualTo(200);
    }

    @Test
    void other_content_types_methods_and_addresses_are_refused_as_problems() {
        isProblem(shop.post("/api/commands", "text/plain", "{}".getBytes(UTF_8)), 415);
        isProblem(shop.post("/api/commands", "application/cloudevents-batch+json", "[]".getBytes(UTF_8)), 415);
        isProblem(shop.get("/api/commands"), 405);
        isProblem(shop.get("/api/nothing/here"), 404);
    }

    @Test
    void nobody_speaks_for_a_source_that_is_not_theirs() {
        Command order = Command.placeOrder(World.newOrderNo(), world.stocked(1), 1);
        byte[] forged = order.json().replace("\"/shop/web\"", "\"/bank\"").getBytes(UTF_8);

        isProblem(shop.post("/api/commands", Http.CLOUD_EVENT, forged), 403);
        assertThat(orders.find(order.subject())).isEmpty();
    }

    private static void isProblem(Answer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    }

    private static Answer get(Future<Answer> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
