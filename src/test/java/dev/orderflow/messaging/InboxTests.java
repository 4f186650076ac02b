package dev.orderflow.messaging;

import static dev.orderflow.messaging.Answer.Outcome.APPLIED;
import static dev.orderflow.messaging.Answer.Outcome.DUPLICATE;
import static dev.orderflow.messaging.Answer.Outcome.PARKED;
import static dev.orderflow.messaging.Answer.Outcome.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.Order;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.Orders;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One message, one transaction, exactly once; what comes too early waits, what comes too late is told so. */
@OrderflowTest
class InboxTests {

    private static final int TWINS = 8;

    @Autowired
    Inbox inbox;

    @Autowired
    MessageReader reader;

    @Autowired
    Orders orders;

    @Autowired
    DeadLetters deadLetters;

    @Autowired
    Parking parking;

    @Autowired
    FreshTransactions transactions;

    @Autowired
    JdbcClient jdbc;

    private final String sku = "sku-" + UUID.randomUUID();
    private final String orderNo = Sent.orderNo();

    @BeforeEach
    void stock() {
        receive(Sent.stock(sku, 100));
    }

    @Test
    void of_eight_twins_at_once_one_is_applied_and_all_get_its_answer() throws Exception {
        Message order = reader.read(Sent.placeOrder(null, sku));

        List<Answer> answers = atOnce(Collections.nCopies(TWINS, () -> inbox.receive(order, "test")));

        assertThat(answers).extracting(Answer::outcome).containsOnlyOnce(APPLIED);
        assertThat(answers).extracting(Answer::outcome).containsOnly(APPLIED, DUPLICATE);
        assertThat(answers).extracting(Answer::orderNo).doesNotContainNull();
        assertThat(answers.stream().map(Answer::orderNo).distinct()).hasSize(1);
        assertThat(answers).extracting(Answer::status).containsOnly(OrderStatus.PENDING_PAYMENT);
        assertThat(reserved()).isEqualTo(1);
    }

    @Test
    void eight_orders_of_one_number_at_once_make_one_order_and_seven_refusals() throws Exception {
        List<Callable<Answer>> rivals = new ArrayList<>();
        for (int i = 0; i < TWINS; i++) {
            rivals.add(() -> receive(Sent.placeOrder(orderNo, sku)));
        }

        List<Answer> answers = atOnce(rivals);

        assertThat(answers).extracting(Answer::outcome).containsOnlyOnce(APPLIED);
        assertThat(answers).extracting(Answer::outcome).containsOnly(APPLIED, REFUSED);
        assertThat(reserved()).isEqualTo(1);
        assertThat(events()).filteredOn("CommandRefused"::equals).hasSize(TWINS - 1);
    }

    @Test
    void the_same_refused_message_again_gets_the_first_answer_and_records_nothing() {
        place();
        receive(Sent.cancellation(orderNo));
        byte[] late = Sent.shipment(orderNo);
        Answer first = receive(late);
        List<String> events = events();

        Answer second = receive(late);

        assertThat(first.outcome()).isEqualTo(REFUSED);
        assertThat(second).isEqualTo(new Answer(DUPLICATE, first.orderNo(), first.status(), first.reason()));
        assertThat(events()).isEqualTo(events).endsWith("CommandRefused");
    }

    @Test
    void a_message_that_breaks_a_rule_leaves_nothing_and_may_come_again_once_the_rule_is_kept() {
        String unknown = "sku-" + UUID.randomUUID();
        byte[] order = Sent.placeOrder(orderNo, unknown);

        assertThatThrownBy(() -> receive(order)).isInstanceOf(BrokenRule.class).hasMessageContaining("sku");
        assertThat(orders.find(orderNo)).isEmpty();

        receive(Sent.stock(unknown, 1));
        assertThat(receive(order).outcome()).isEqualTo(APPLIED);
    }

    @Test
    void what_is_ahead_of_its_order_waits_and_is_applied_when_the_order_comes() {
        byte[] cancellation = Sent.cancellation(orderNo);
        Answer parked = receive(cancellation);
        Answer twin = receive(cancellation);

        place();

        assertThat(parked.outcome()).isEqualTo(PARKED);
        assertThat(parked.status()).isNull();
        assertThat(twin).isEqualTo(new Answer(DUPLICATE, orderNo, null, parked.reason()));
        await().untilAsserted(() -> assertThat(status()).isEqualTo(OrderStatus.CANCELLED));
        await().untilAsserted(() -> assertThat(parkedMessages()).isZero());
        assertThat(receive(cancellation).status()).isEqualTo(OrderStatus.CANCELLED);
        await().untilAsserted(() -> assertThat(notedAsParked()).isFalse());
    }

    @Test
    void what_is_too_early_for_its_order_waits_through_every_move_until_it_applies() {
        receive(Sent.receipt(orderNo));
        receive(Sent.shipment(orderNo));
        place();
        await().untilAsserted(() -> assertThat(notedAsParked()).isTrue());
        assertThat(parkedMessages()).isEqualTo(2);

        receive(Sent.payment(orderNo));

        await().untilAsserted(() -> assertThat(status()).isEqualTo(OrderStatus.RECEIVED));
        assertThat(events()).containsSubsequence("OrderReleased", "OrderShipped", "OrderReceived");
        await().untilAsserted(() -> assertThat(notedAsParked()).isFalse());
    }

    @Test
    void what_waited_for_a_status_that_will_never_come_is_refused() {
        place();
        assertThat(receive(Sent.shipment(orderNo)).outcome()).isEqualTo(PARKED);

        receive(Sent.cancellation(orderNo));

        await().untilAsserted(() -> assertThat(events()).endsWith("CommandRefused"));
        assertThat(actorOfLastEvent()).isEqualTo("test");
        assertThat(parkedMessages()).isZero();
    }

    @Test
    void a_wake_up_that_was_lost_with_its_node_is_made_good_by_the_next_look() {
        place();
        receive(Sent.shipment(orderNo));

        parking.stop();
        receive(Sent.payment(orderNo));
        assertThat(status()).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        parking.start();

        await().untilAsserted(() -> assertThat(status()).isEqualTo(OrderStatus.SHIPPED));
    }

    @Test
    void what_waited_in_vain_becomes_a_dead_letter_and_can_be_tried_again() {
        byte[] cancellation = Sent.cancellation(orderNo);
        receive(cancellation);

        expireParked();

        await().untilAsserted(() -> assertThat(parkedMessages()).isZero());
        Answer after = receive(cancellation);
        assertThat(after.reason()).startsWith("waited in vain");
        DeadLetter letter = letterWith(cancellation);
        assertThat(letter.reason()).isEqualTo(after.reason());

        place();
        assertThat(deadLetters.retry(letter.id(), "test"))
                .get()
                .extracting(Answer::outcome)
                .isEqualTo(APPLIED);
        assertThat(status()).isEqualTo(OrderStatus.CANCELLED);
        assertThat(letterWith(cancellation).retryResult()).isEqualTo("APPLIED");
    }

    @Test
    void an_order_that_is_there_tells_that_a_message_waited_in_vain() {
        place();
        receive(Sent.shipment(orderNo));

        expireParked();

        await().untilAsserted(() -> assertThat(events()).endsWith("CommandRefused"));
        assertThat(status()).isEqualTo(OrderStatus.PENDING_PAYMENT);
    }

    @Test
    void a_lost_race_is_run_again_five_times_at_most() {
        AtomicInteger attempts = new AtomicInteger();

        assertThatThrownBy(() -> transactions.run(() -> {
                    attempts.incrementAndGet();
                    throw new CannotAcquireLockException("somebody was faster");
                }))
                .isInstanceOf(CannotAcquireLockException.class);

        assertThat(attempts).hasValue(5);
    }

    private Answer receive(byte[] message) {
        return inbox.receive(reader.read(message), "test");
    }

    private void place() {
        assertThat(receive(Sent.placeOrder(orderNo, sku)).outcome()).isEqualTo(APPLIED);
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        CyclicBarrier start = new CyclicBarrier(calls.size());
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            List<Future<T>> results = new ArrayList<>();
            for (Callable<T> call : calls) {
                results.add(threads.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            List<T> values = new ArrayList<>();
            for (Future<T> result : results) {
                values.add(result.get());
            }
            return values;
        } finally {
            threads.shutdownNow();
        }
    }

    private OrderStatus status() {
        return orders.find(orderNo).map(Order::status).orElseThrow();
    }

    private long reserved() {
        return jdbc.sql("select reserved from stock where sku = ?")
                .param(sku)
                .query(Long.class)
                .single();
    }

    private List<String> events() {
        return jdbc.sql("select type from order_event where subject = ? order by sequence")
                .param(orderNo)
                .query(String.class)
                .list();
    }

    private String actorOfLastEvent() {
        return jdbc.sql("select actor from order_event where subject = ? order by sequence desc limit 1")
                .param(orderNo)
                .query(String.class)
                .single();
    }

    private long parkedMessages() {
        return jdbc.sql("select count(*) from inbox where order_no = ? and body is not null")
                .param(orderNo)
                .query(Long.class)
                .single();
    }

    private boolean notedAsParked() {
        return jdbc.sql("select has_parked from orders where order_no = ?")
                .param(orderNo)
                .query(Boolean.class)
                .single();
    }

    private void expireParked() {
        jdbc.sql("update inbox set expires_at = '2000-01-01' where order_no = ? and body is not null")
                .param(orderNo)
                .update();
    }

    private DeadLetter letterWith(byte[] body) {
        return deadLetters.list(100).stream()
                .filter(letter ->
                        java.util.Arrays.equals(deadLetters.body(letter.id()).orElseThrow(), body))
                .findFirst()
                .orElseThrow();
    }
}
