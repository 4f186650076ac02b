package dev.orderflow.web;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.web.Http.Answer;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the API shows of orders, money, stock and dead letters. */
@OrderflowTest
class ReadsTests {

    @LocalServerPort
    private int port;

    @Autowired
    private World world;

    @Autowired
    private OrderReads reads;

    @Autowired
    private PlatformTransactionManager transactions;

    @Autowired
    private JdbcClient jdbc;

    private Http shop;

    @BeforeEach
    void connect() {
        shop = Http.of(port, "shop");
    }

    // One order.

    @Test
    void an_order_shows_its_whole_life() {
        String orderNo = world.received();
        world.apply(Command.submitReview(orderNo));

        JsonNode order = shop.get("/api/orders/" + orderNo).json();

        assertThat(order.path("orderNo").asText()).isEqualTo(orderNo);
        assertThat(order.path("status").asText()).isEqualTo("COMPLETED");
        assertThat(order.path("statusChinese").asText()).isEqualTo("已完成");
        assertThat(order.path("cancelReason").isNull()).isTrue();
        assertThat(order.path("customerId").asText()).isEqualTo("c-17");
        assertThat(order.path("lines").toString())
                .isEqualTo("[{\"line\":1,\"sku\":\"" + world.sku(orderNo)
                        + "\",\"title\":\"Green tea, 100 g\",\"quantity\":2,\"unitPrice\":1000}]");
        assertThat(amounts(order)).containsExactly(500L, 0L, 0L, 2500L, 2500L, 0L);
        assertThat(order.at("/contact/name").asText()).isEqualTo("Ana Souza");
        assertThat(order.at("/contact/shipTo/city").asText()).isEqualTo("São Paulo");
        assertThat(order.at("/payments/0/effect").asText()).isEqualTo("COVERS");
        assertThat(order.at("/payments/0/paidAt").asText()).isEqualTo("2026-11-22T10:01:30Z");
        assertThat(order.path("refunds")).isEmpty();
        assertThat(order.at("/shipment/carrier").asText()).isEqualTo("CORREIOS");
        assertThat(order.at("/shipment/deliveredAt").isNull()).isTrue();
        assertThat(order.at("/review/rating").asInt()).isEqualTo(5);
        assertThat(order.path("times").properties())
                .filteredOn(time -> time.getValue().isTextual())
                .extracting(Map.Entry::getKey)
                .containsExactly(
                        "placedAt", "paidAt", "releasedAt", "shippedAt", "receivedAt", "reviewedAt", "completedAt");
    }

    @Test
    void an_order_that_was_just_placed_shows_what_is_not_there_as_nothing() {
        JsonNode order = shop.get("/api/orders/" + world.placed()).json();

        assertThat(order.path("shipment").isNull()).isTrue();
        assertThat(order.path("review").isNull()).isTrue();
        assertThat(order.path("payments").isArray()).isTrue();
        assertThat(amounts(order)).containsExactly(500L, 0L, 0L, 2500L, 0L, 0L);
    }

    @Test
    void a_cancelled_order_shows_why_and_the_money_on_its_way_back() {
        String orderNo = world.paid();
        world.apply(Command.cancelOrder(orderNo));

        JsonNode order = shop.get("/api/orders/" + orderNo).json();

        assertThat(order.path("cancelReason").asText()).isEqualTo("CUSTOMER");
        assertThat(amounts(order)).containsExactly(500L, 0L, 0L, 2500L, 2500L, 2500L);
        JsonNode refund = order.at("/refunds/0");
        assertThat(refund.path("status").asText()).isEqualTo("REQUESTED");
        assertThat(shop.get("/api/refunds/" + refund.path("refundId").asText()).json())
                .isEqualTo(refund);
        assertThat(refund.path("orderNo").asText()).isEqualTo(orderNo);
        assertThat(refund.path("amount").asLong()).isEqualTo(2500);
    }

    @Test
    void money_in_another_currency_is_shown_but_not_added_up() {
        String orderNo = world.placed();
        world.apply(Command.paymentCaptured(orderNo, 900).with("currency", "USD"));

        JsonNode order = shop.get("/api/orders/" + orderNo).json();

        assertThat(order.at("/payments/0/currency").asText()).isEqualTo("USD");
        assertThat(order.path("captured").asLong()).isZero();
        assertThat(order.path("refunded").asLong()).isZero();
    }

    // Its timeline.

    @Test
    void the_timeline_says_when_what_who_and_why() {
        String orderNo = world.paid();
        shop.post(Command.cancelOrder(orderNo));

        JsonNode timeline = shop.get("/api/orders/" + orderNo + "/events").json();

        JsonNode events = timeline.path("events");
        assertThat(events)
                .extracting(event -> event.path("type").asText())
                .startsWith(
                        "OrderPlaced",
                        "StockReserved",
                        "PaymentRecorded",
                        "OrderPaid",
                        "OrderReleased",
                        "OrderCancelled");
        assertThat(events).extracting(event -> event.path("sequence").asInt()).startsWith(1, 2, 3, 4, 5, 6);
        JsonNode cancelled = events.get(5);
        assertThat(cancelled.path("actor").asText()).isEqualTo("http:shop");
        assertThat(cancelled.path("reason").asText()).isEqualTo("CUSTOMER");
        assertThat(cancelled.at("/data/status").asText()).isEqualTo("CANCELLED");
        assertThat(Instant.parse(cancelled.path("time").asText())).isNotNull();
        assertThat(events.get(0).has("reason")).isFalse();
        assertThat(timeline.path("next").isNull()).isTrue();
    }

    @Test
    void a_long_timeline_comes_in_parts() {
        String orderNo = world.paid();
        int all = world.timeline(orderNo).size();
        List<Integer> sequences = new ArrayList<>();

        String after = "0";
        while (!after.equals("null")) {
            JsonNode part = shop.get("/api/orders/" + orderNo + "/events?limit=2&after=" + after)
                    .json();
            part.path("events")
                    .forEach(event -> sequences.add(event.path("sequence").asInt()));
            after = part.path("next").asText();
        }

        assertThat(sequences).isEqualTo(IntStream.rangeClosed(1, all).boxed().toList());
    }

    @Test
    void money_ahead_of_its_order_has_a_timeline_and_waits_to_be_assigned() {
        String orderNo = World.newOrderNo();
        world.send(Command.paymentCaptured(orderNo, 700));

        assertThat(shop.get("/api/orders/" + orderNo).status()).isEqualTo(404);
        assertThat(shop.get("/api/orders/" + orderNo + "/events")
                        .json()
                        .at("/events/0/type")
                        .asText())
                .isEqualTo("PaymentRecorded");
        JsonNode waiting =
                shop.get("/api/payments/unassigned?orderNo=" + orderNo).json();
        assertThat(waiting).hasSize(1);
        assertThat(waiting.at("/0/effect").asText()).isEqualTo("UNASSIGNED");
        assertThat(waiting.at("/0/amount").asLong()).isEqualTo(700);
        assertThat(waiting.at("/0/paymentKey").asLong()).isPositive();
        assertThat(shop.get("/api/payments/unassigned").json())
                .extracting(payment -> payment.path("orderNo").asText())
                .contains(orderNo);
    }

    // Lists.

    @Test
    void a_list_shows_the_newest_first_in_pages_that_neither_repeat_nor_miss() {
        String customer = "c-" + UUID.randomUUID();
        List<String> placed = Stream.generate(() -> placedBy(customer, world.stocked(9)))
                .limit(7)
                .toList();
        List<String> seen = new ArrayList<>();

        String cursor = "";
        int pages = 0;
        while (!cursor.equals("null")) {
            JsonNode page = shop.get("/api/orders?limit=3&customer=" + customer + cursorParameter(cursor))
                    .json();
            page.path("orders").forEach(order -> seen.add(order.path("orderNo").asText()));
            cursor = page.path("next").asText();
            pages++;
        }

        assertThat(pages).isEqualTo(3);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(placed);
        List<String> times = seen.stream()
                .map(orderNo -> shop.get("/api/orders/" + orderNo)
                        .json()
                        .at("/times/placedAt")
                        .asText())
                .toList();
        assertThat(times.stream().map(Instant::parse).toList()).isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    void a_page_that_is_just_full_is_the_last() {
        String customer = "c-" + UUID.randomUUID();
        placedBy(customer, world.stocked(9));
        placedBy(customer, world.stocked(9));

        assertThat(shop.get("/api/orders?limit=2&customer=" + customer)
                        .json()
                        .path("next")
                        .isNull())
                .isTrue();
    }

    @Test
    void an_order_in_a_list_is_light() {
        String customer = "c-" + UUID.randomUUID();
        String sku = world.stocked(9);
        String other = world.stocked(9);
        String orderNo = World.newOrderNo();
        world.apply(by(customer, Command.placeOrder(orderNo, Map.of(sku, 2, other, 3))));

        JsonNode item = shop.get("/api/orders?customer=" + customer).json().at("/orders/0");

        assertThat(item.path("orderNo").asText()).isEqualTo(orderNo);
        assertThat(item.path("lines").asInt()).isEqualTo(2);
        assertThat(item.path("pieces").asInt()).isEqualTo(5);
        assertThat(item.path("total").asLong()).isEqualTo(Command.total(5));
        assertThat(item.path("statusChinese").asText()).isEqualTo("待支付");
        assertThat(item.toString()).doesNotContain("Souza", "contact");
    }

    @Test
    void filters_combine() {
        String customer = "c-" + UUID.randomUUID();
        String sku = world.stocked(20);
        String waiting = placedBy(customer, sku);
        String cancelled = placedBy(customer, sku);
        world.apply(Command.cancelOrder(cancelled));
        placedBy(customer, world.stocked(5));
        String ofSomebodyElse = placedBy("c-" + UUID.randomUUID(), sku);
        String placedAt = shop.get("/api/orders/" + cancelled)
                .json()
                .at("/times/placedAt")
                .asText();

        assertThat(listed("customer=" + customer)).hasSize(3);
        assertThat(listed("orderNo=" + waiting)).containsExactly(waiting);
        assertThat(listed("orderNo=" + waiting + "&orderNo=" + cancelled + "&orderNo=nobody-knows-it"))
                .containsExactlyInAnyOrder(waiting, cancelled);
        assertThat(listed("orderNo=" + waiting + "&status=CANCELLED")).isEmpty();
        assertThat(listed("sku=" + sku)).containsExactlyInAnyOrder(waiting, cancelled, ofSomebodyElse);
        assertThat(listed("sku=" + sku + "&status=CANCELLED")).containsExactly(cancelled);
        assertThat(listed("sku=" + sku + "&customer=" + customer + "&status=PENDING_PAYMENT"))
                .containsExactly(waiting);
        assertThat(listed("sku=" + sku + "&placedFrom=" + placedAt))
                .contains(cancelled)
                .doesNotContain(waiting);
        assertThat(listed("sku=" + sku + "&placedTo=" + placedAt)).containsExactly(waiting);
        assertThat(listed("sku=" + sku + "&status=SHIPPED")).isEmpty();
        assertThat(listed("sku=nobody-knows-it")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, limit",
        "limit=201, limit",
        "limit=many, limit",
        "status=LOST, status",
        "placedFrom=yesterday, placedFrom",
        "placedTo=2026-13-01T00:00:00Z, placedTo",
        "cursor=nonsense, cursor",
        "customer=a%00b, customer",
        "sku=%00, sku",
        "orderNo=a%00b, orderNo"
    })
    void a_query_that_cannot_be_used_is_told_why(String query, String parameter) {
        Answer answer = shop.get("/api/orders?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo(parameter);
        assertThat(answer.json().at("/errors/0/message").asText()).contains("; send ");
        assertThat(answer.body()).doesNotContain("Exception", "java");
    }

    // The rest.

    @Test
    void stock_shows_what_can_be_sold_even_of_a_sku_with_a_slash() {
        String sku = "tea/" + UUID.randomUUID() + " x";
        world.apply(Command.stockAdjusted(sku, 5, Instant.parse("2026-11-22T06:00:00Z")));
        world.apply(Command.placeOrder(World.newOrderNo(), sku, 2));

        assertThat(shop.get("/api/stock/" + sku.replace(" ", "%20")).body())
                .isEqualTo("{\"sku\":\"" + sku
                        + "\",\"onHand\":5,\"reserved\":2,\"available\":3,\"countedAt\":\"2026-11-22T06:00:00Z\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/orders/no-such-order, 404",
        "/api/orders/no-such-order/events, 404",
        "/api/stock/no-such-sku, 404",
        "/api/refunds/no-such-refund, 404",
        "/api/orders/x/events?limit=1001, 400",
        "/api/orders/x/events?after=x, 400",
        "/api/payments/unassigned?orderNo=%00, 400"
    })
    void what_is_not_there_or_makes_no_sense_is_a_problem(String path, int status) {
        Answer answer = shop.get(path);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.json().path("detail").asText()).isNotEmpty();
    }

    @Test
    void operators_see_dead_letters_and_nobody_retries_what_is_not_there() {
        Http admin = Http.of(port, "admin");

        assertThat(admin.get("/api/dead-letters?limit=5")
                        .json()
                        .path("deadLetters")
                        .isArray())
                .isTrue();
        assertThat(admin.send("POST", "/api/dead-letters/" + UUID.randomUUID() + "/retry")
                        .status())
                .isEqualTo(404);
        assertThat(admin.send("POST", "/api/dead-letters/x/retry").status()).isEqualTo(400);
        assertThat(admin.send("POST", "/api/dead-letters/" + UUID.randomUUID() + "/discard")
                        .status())
                .isEqualTo(404);
        assertThat(admin.get("/api/dead-letters/" + UUID.randomUUID()).status()).isEqualTo(404);
    }

    @Test
    void the_number_of_statements_does_not_grow_with_what_is_shown() {
        String small = world.placed();
        String customer = "c-" + UUID.randomUUID();
        String large = World.newOrderNo();
        Map<String, Integer> lines = new HashMap<>();
        IntStream.range(0, 40).forEach(i -> lines.put(world.stocked(5), 1));
        world.apply(by(customer, Command.placeOrder(large, lines)));
        world.apply(Command.paymentCaptured(large, 10));
        world.apply(Command.paymentCaptured(large, 20));

        assertThat(statements(() -> reads.find(small))).isEqualTo(4);
        assertThat(statements(() -> reads.find(large))).isEqualTo(4);
        assertThat(statements(() -> reads.list(new OrderFilter(List.of(), null, null, null, null, null, null, 1))))
                .isEqualTo(1);
        assertThat(statements(() -> reads.list(new OrderFilter(List.of(), null, null, null, null, null, null, 200))))
                .isEqualTo(1);
        assertThat(statements(() -> reads.timeline(large, 0, 100))).isEqualTo(1);
    }

    /** The number of half a million tasks took minutes of a hash table that had become too large. */
    @Test
    void what_is_grouped_is_sorted() {
        assertThat(jdbc.sql("show enable_hashagg").query(String.class).single()).isEqualTo("off");
    }

    @Test
    void a_list_by_customer_and_sku_is_planned_for_them() {
        String sku = world.stocked(1);
        placedBy("c-planned", sku);
        OrderFilter filter = new OrderFilter(List.of(), null, "c-planned", sku, null, null, null, 10);
        new TransactionTemplate(transactions).executeWithoutResult(oneConnection -> {
            for (int i = 0; i < 20; i++) {
                assertThat(reads.list(filter).orders()).hasSize(1);
            }
            Map<String, Object> plans = jdbc.sql("""
                            select sum(custom_plans)::int as own, sum(generic_plans)::int as kept from pg_prepared_statements
                            where statement like '%w.sku = %' and statement like '%o.customer_id = %'
                            """).query().singleRow();
            assertThat((int) plans.get("own")).isGreaterThan(10);
            assertThat(plans.get("kept")).isEqualTo(0);
        });
    }

    private static int statements(Runnable read) {
        Logger logger = (Logger) LoggerFactory.getLogger(JdbcTemplate.class);
        Statements statements = new Statements(Thread.currentThread());
        statements.start();
        logger.addAppender(statements);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        try {
            read.run();
        } finally {
            logger.setLevel(null);
            logger.setAdditive(true);
            logger.detachAppender(statements);
        }
        return statements.count;
    }

    /** Counts what one thread asks the database, by what Spring logs of it. */
    private static final class Statements extends AppenderBase<ILoggingEvent> {

        private final Thread thread;
        private int count;

        Statements(Thread thread) {
            this.thread = thread;
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (Thread.currentThread() == thread && event.getMessage().startsWith("Executing prepared SQL statement")) {
                count++;
            }
        }
    }

    private String placedBy(String customer, String sku) {
        Command order = by(customer, Command.placeOrder(World.newOrderNo(), sku, 1));
        world.apply(order);
        return order.subject();
    }

    private static Command by(String customer, Command order) {
        return order.with("customer", Map.of("id", customer, "name", "Ana Souza"));
    }

    private List<String> listed(String query) {
        List<String> orders = new ArrayList<>();
        shop.get("/api/orders?" + query)
                .json()
                .path("orders")
                .forEach(order -> orders.add(order.path("orderNo").asText()));
        return orders;
    }

    private static String cursorParameter(String cursor) {
        return cursor.isEmpty() ? "" : "&cursor=" + cursor;
    }

    private static List<Long> amounts(JsonNode order) {
        return Stream.of("shipping", "tax", "discount", "total", "captured", "refunded")
                .map(name -> order.path(name).asLong())
                .toList();
    }
}
