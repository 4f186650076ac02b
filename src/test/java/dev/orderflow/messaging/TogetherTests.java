package dev.orderflow.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.inventory.Inventory;
import dev.orderflow.inventory.StockLevel;
import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.Order;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.Orders;
import dev.orderflow.web.Invariants;
import dev.orderflow.world.Statements;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What comes from the queue together: one transaction for all, and for each sender as if it had come alone. */
@OrderflowTest
class TogetherTests {

    private static final Path REPORT = Path.of("target", "round-trips.txt");
    private static final int ORDERS = 32;

    /** Round trips an order, with the commits; what was measured last, and may only fall. */
    private static final double MOST_ROUND_TRIPS = 5.72;

    @Autowired
    CommandListener listener;

    @Autowired
    Inbox inbox;

    @Autowired
    MessageReader reader;

    @Autowired
    DeadLetters deadLetters;

    @Autowired
    Orders orders;

    @Autowired
    Inventory inventory;

    @Autowired
    Invariants invariants;

    @Autowired
    JdbcClient jdbc;

    private final String sku = "sku-" + UUID.randomUUID();

    @BeforeEach
    void fillTheShelf() {
        inbox.receive(reader.read(Sent.stock(sku, 100_000)), "test");
    }

    @Test
    void many_lives_together_cost_few_round_trips() throws IOException {
        List<String> orderNos = numbers(ORDERS);
        live(numbers(ORDERS)); // what is read once and kept does not count

        long start = System.nanoTime();
        List<String> sent = live(orderNos);
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        int all = sent.size();
        sent.removeIf(Statements::isOnceASecond);

        Files.write(REPORT, sent);
        assertThat(sent).filteredOn(Statements.COMMIT::equals).hasSize(4);
        assertThat(all - sent.size()).isLessThanOrEqualTo(Statements.mostOnceASecond(time));
        assertThat((double) sent.size() / ORDERS).isLessThanOrEqualTo(MOST_ROUND_TRIPS);
        assertThat(orderNos).allSatisfy(each -> assertThat(status(each)).isEqualTo(OrderStatus.RECEIVED));
    }

    private List<String> live(List<String> orderNos) {
        List<Function<String, byte[]>> steps =
                List.of(each -> Sent.placeOrder(each, sku), Sent::payment, Sent::shipment, Sent::receipt);
        List<String> sent = new ArrayList<>();
        steps.forEach(step -> {
            List<Message> batch =
                    orderNos.stream().map(step).map(TogetherTests::delivery).toList();
            sent.addAll(Statements.of(() -> listener.onMessageBatch(batch)));
        });
        return sent;
    }

    @Test
    void one_that_breaks_a_rule_is_a_dead_letter_and_the_others_are_taken_in() {
        List<String> orderNos = numbers(6);
        byte[] unknownSku = Sent.placeOrder(Sent.orderNo(), "no-such-" + sku);
        byte[] noJson = ("{ not json " + sku).getBytes(StandardCharsets.UTF_8);
        List<Message> batch = new ArrayList<>();
        orderNos.forEach(each -> batch.add(delivery(Sent.placeOrder(each, sku))));
        batch.add(2, delivery(unknownSku));
        batch.add(4, delivery(noJson));

        listener.onMessageBatch(batch);

        assertThat(orderNos).allSatisfy(each -> assertThat(status(each)).isEqualTo(OrderStatus.PENDING_PAYMENT));
        assertThat(stock().reserved()).isEqualTo(6);
        assertThat(letters(unknownSku)).isOne();
        assertThat(letters(noJson)).isOne();
    }

    @Test
    void a_message_that_fails_takes_nobody_with_it_not_even_for_a_moment() {
        String good = Sent.orderNo();
        var broken = reader.read(Sent.placeOrder(Sent.orderNo(), "no-such-" + sku));

        assertThatThrownBy(() -> inbox.receiveTogether(
                        List.of(reader.read(Sent.placeOrder(good, sku)), broken), m -> "queue:test"))
                .isInstanceOf(BrokenRule.class);

        assertThat(orders.find(good)).isEmpty();
        assertThat(stock().reserved()).isZero();
    }

    @Test
    void delivered_again_they_are_known_and_change_nothing() {
        List<String> orderNos = numbers(8);
        List<byte[]> placed =
                orderNos.stream().map(each -> Sent.placeOrder(each, sku)).toList();
        listener.onMessageBatch(placed.stream().map(TogetherTests::delivery).toList());
        List<byte[]> again = new ArrayList<>(placed);
        String another = Sent.orderNo();
        again.add(3, Sent.placeOrder(another, sku));
        Collections.reverse(again);

        List<Answer> answers = inbox.receiveTogether(
                again.stream().map(reader::read).toList(), message -> "queue:" + message.source());

        assertThat(answers).extracting(Answer::outcome).containsOnly(Outcome.DUPLICATE, Outcome.APPLIED);
        assertThat(answers)
                .filteredOn(answer -> answer.outcome() == Outcome.APPLIED)
                .extracting(Answer::orderNo)
                .containsExactly(another);
        assertThat(stock().reserved()).isEqualTo(9);
    }

    @Test
    void what_comes_for_one_order_in_one_batch_is_taken_in_as_it_came() {
        String orderNo = Sent.orderNo();
        String other = Sent.orderNo();

        listener.onMessageBatch(Stream.of(
                        Sent.placeOrder(orderNo, sku),
                        Sent.placeOrder(other, sku),
                        Sent.payment(orderNo),
                        Sent.payment(other),
                        Sent.shipment(orderNo),
                        Sent.stock("other-" + sku, 7),
                        Sent.receipt(orderNo),
                        Sent.cancellation(other))
                .map(TogetherTests::delivery)
                .toList());

        assertThat(status(orderNo)).isEqualTo(OrderStatus.RECEIVED);
        assertThat(status(other)).isEqualTo(OrderStatus.CANCELLED);
        assertThat(inventory.find("other-" + sku)).map(StockLevel::onHand).contains(7L);
        assertThat(stock().reserved()).isZero();
        assertThat(invariants.check().broken()).isEmpty();
    }

    @Test
    void one_payment_told_twice_in_one_batch_is_recorded_once() {
        String orderNo = Sent.orderNo();
        listener.onMessageBatch(List.of(delivery(Sent.placeOrder(orderNo, sku))));
        String payment = new String(Sent.payment(orderNo), StandardCharsets.UTF_8);
        String otherOrder = Sent.orderNo();
        String toldAgain = payment.replace(orderNo, otherOrder)
                .replaceFirst("\"id\": \"[^\"]*\"", "\"id\": \"" + UUID.randomUUID() + "\"");

        listener.onMessageBatch(Stream.of(payment, toldAgain)
                .map(text -> delivery(text.getBytes(StandardCharsets.UTF_8)))
                .toList());

        assertThat(status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(jdbc.sql("select count(*) from payment where order_no in (?, ?)")
                        .params(orderNo, otherOrder)
                        .query(Long.class)
                        .single())
                .isOne();
    }

    /** From either end of the same orders and shelves, again and again: whoever comes second waits, and nobody for each other. */
    @Test
    void batches_that_cross_do_not_wait_for_each_other() throws InterruptedException, ExecutionException {
        List<String> skus =
                Stream.generate(() -> "sku-" + UUID.randomUUID()).limit(8).toList();
        skus.forEach(each -> inbox.receive(reader.read(Sent.stock(each, 10_000)), "test"));
        long deadlocks = deadlocks();
        ExecutorService consumers = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> working = new ArrayList<>();
            for (int consumer = 0; consumer < 4; consumer++) {
                long seed = consumer;
                working.add(consumers.submit(() -> cross(skus, new Random(seed))));
            }
            for (Future<?> each : working) {
                each.get();
            }
        } finally {
            consumers.shutdownNow();
        }

        assertThat(deadlocks()).isEqualTo(deadlocks);
        assertThat(skus)
                .allSatisfy(
                        each -> assertThat(inventory.find(each).orElseThrow().reserved())
                                .isZero());
    }

    private void cross(List<String> skus, Random random) {
        for (int round = 0; round < 10; round++) {
            List<String> orderNos = numbers(12);
            List<Function<String, byte[]>> steps = List.of(
                    each -> Sent.placeOrder(each, skus.get(random.nextInt(skus.size()))),
                    Sent::payment,
                    Sent::cancellation);
            for (Function<String, byte[]> step : steps) {
                List<Message> batch = new ArrayList<>(
                        orderNos.stream().map(step).map(TogetherTests::delivery).toList());
                Collections.shuffle(batch, random);
                listener.onMessageBatch(batch);
            }
        }
    }

    private long deadlocks() {
        return jdbc.sql("select deadlocks from pg_stat_database where datname = current_database()")
                .query(Long.class)
                .single();
    }

    private static Message delivery(byte[] body) {
        return MessageBuilder.withBody(body).build();
    }

    private static List<String> numbers(int count) {
        return Stream.generate(Sent::orderNo).limit(count).toList();
    }

    private OrderStatus status(String orderNo) {
        return orders.find(orderNo).map(Order::status).orElseThrow();
    }

    private StockLevel stock() {
        return inventory.find(sku).orElseThrow();
    }

    private long letters(byte[] body) {
        return deadLetters.list(200).stream()
                .filter(letter -> Arrays.equals(deadLetters.body(letter.id()).orElseThrow(), body))
                .count();
    }
}
