package dev.orderflow.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.Orders;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Every kind of bad message is told what is wrong with it, all of it at once, on both doors; and good ones go on. */
@OrderflowTest
class BadMessagesTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TEN_MEGABYTES = 10 * 1024 * 1024;
    private static final String SKU = "sku-" + UUID.randomUUID();

    @LocalServerPort
    private int port;

    @Autowired
    private RabbitTemplate broker;

    @Autowired
    private Inbox inbox;

    @Autowired
    private MessageReader reader;

    @Autowired
    private Orders orders;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Collection<Message> dead = new ConcurrentLinkedQueue<>();
    private SimpleMessageListenerContainer deadQueue;

    /** What is wrong, its bytes, the HTTP status, and what the answer and the header both have to name. */
    record Bad(String kind, byte[] body, int status, List<String> named) {
        @Override
        public String toString() {
            return kind;
        }
    }

    static Stream<Bad> bad() {
        String good = new String(Sent.placeOrder("GOOD", SKU), UTF_8);
        return Stream.of(
                new Bad("not JSON", "not JSON".getBytes(UTF_8), 400, List.of("is not JSON")),
                changed("no data", good, "\"data\":", "\"dta\":", 422, "data"),
                changed("wrong schema", good, "\"customer\": {", "\"customer\": 7, \"c\": {", 422, "data.customer"),
                changed("unknown type", good, "PlaceOrder", "MakeCoffee", 422, "type"),
                new Bad("10 MB", " ".repeat(TEN_MEGABYTES).getBytes(UTF_8), 413, List.of("bytes")),
                new Bad("deep nesting", "[".repeat(100_000).getBytes(UTF_8), 400, List.of("nest")),
                changed("one cent too much", good, "\"total\": 5990", "\"total\": 5991", 422, "data.total", "5990"),
                changed(
                        "negative quantity",
                        good,
                        "\"quantity\": 1",
                        "\"quantity\": -1",
                        422,
                        "data.lines[0].quantity"),
                changed("zero lines", good, "[{", "[], \"l\": [{", 422, "data.lines"),
                changed("unknown currency", good, "BRL", "QQQ", 422, "data.currency"),
                changed("unknown sku", good, SKU, "nobody-knows-it", 422, "data.lines[0].sku"),
                changed(
                        "several at once",
                        good.replace("BRL", "QQQ").replace("\"tax\": 0", "\"tax\": -5"),
                        "\"quantity\": 1",
                        "\"quantity\": 0",
                        422,
                        "data.currency",
                        "data.tax",
                        "data.lines[0].quantity"));
    }

    private static Bad changed(String kind, String good, String part, String other, int status, String... named) {
        assertThat(good).contains(part);
        String body = good.replace(part, other).replace("GOOD", "BAD-" + UUID.randomUUID());
        return new Bad(kind, body.getBytes(UTF_8), status, List.of(named));
    }

    @BeforeEach
    void listen() {
        inbox.receive(reader.read(Sent.stock(SKU, 10_000)), "test");
        deadQueue = new SimpleMessageListenerContainer(broker.getConnectionFactory());
        deadQueue.setQueueNames(Topology.DEAD);
        deadQueue.setMessageListener(dead::add);
        deadQueue.start();
    }

    @AfterEach
    void hangUp() {
        deadQueue.stop();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void over_http_everything_that_is_wrong_is_named(Bad bad) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/commands"))
                        .header("Authorization", "Bearer shop")
                        .header("Content-Type", "application/cloudevents+json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bad.body()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(bad.status());
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains(bad.named());
    }

    @ParameterizedTest
    @MethodSource("bad")
    void from_the_queue_it_is_kept_with_its_reason_and_the_next_message_is_taken(Bad bad) {
        String orderNo = Sent.orderNo();

        send(bad.body());
        send(Sent.placeOrder(orderNo, SKU));

        await().atMost(PATIENCE).until(() -> orders.find(orderNo).isPresent());
        await().atMost(PATIENCE)
                .until(() -> dead.stream().anyMatch(message -> Arrays.equals(message.getBody(), bad.body())));
        String reason = dead.stream()
                .filter(message -> Arrays.equals(message.getBody(), bad.body()))
                .findFirst()
                .orElseThrow()
                .getMessageProperties()
                .getHeader("x-orderflow-reason");
        assertThat(reason).isNotBlank().contains(bad.named());
    }

    private void send(byte[] body) {
        broker.send(Topology.COMMANDS, "anything", MessageBuilder.withBody(body).build());
    }
}
