package dev.orderflow.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.web.Http.Answer;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Every invariant holds through an order's life, and every one of them can be broken. */
@OrderflowTest
class InvariantsTests {

    @LocalServerPort
    private int port;

    @Autowired
    private World world;

    @Autowired
    private Invariants invariants;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private TransactionTemplate transaction;

    @Test
    void they_hold_after_every_step_of_a_life_that_ends_well() {
        String orderNo = world.placed();
        holdFor(orderNo);
        long half = 1_000;
        world.apply(Command.paymentCaptured(orderNo, half));
        holdFor(orderNo);
        world.apply(Command.paymentCaptured(orderNo, Command.total(2)));
        holdFor(orderNo);
        world.apply(Command.refundSettled(orderNo, world.refunds(orderNo).get(0).refundId()));
        holdFor(orderNo);
        world.apply(Command.shipOrder(orderNo));
        holdFor(orderNo);
        world.apply(Command.shipmentDelivered(orderNo));
        holdFor(orderNo);
        world.apply(Command.confirmReceipt(orderNo));
        holdFor(orderNo);
        world.apply(Command.submitReview(orderNo));
        holdFor(orderNo);
    }

    @Test
    void they_hold_after_every_step_of_a_life_that_ends_badly() {
        String orderNo = world.paid();
        world.apply(Command.paymentCaptured(orderNo, 77).with("currency", "USD"));
        holdFor(orderNo);
        world.apply(Command.cancelOrder(orderNo));
        holdFor(orderNo);
        for (World.Refund refund : world.refunds(orderNo)) {
            world.apply(Command.refundSettled(orderNo, refund.refundId()));
            holdFor(orderNo);
        }
    }

    @Test
    void they_hold_for_money_that_waits_for_its_order_and_for_orders_without_stock() {
        String early = World.newOrderNo();
        world.send(Command.paymentCaptured(early, 300));
        world.send(Command.paymentCaptured(early, 400));
        holdFor(early);
        world.apply(Command.placeOrder(early, world.stocked(5), 1));
        holdFor(early);

        String tooLarge = World.newOrderNo();
        world.apply(Command.placeOrder(tooLarge, world.stocked(1), 2));
        holdFor(tooLarge);
    }

    @Test
    void they_hold_at_every_commit_while_messages_race() throws Exception {
        List<String> orders = Stream.generate(World::newOrderNo).limit(12).toList();
        String sku = world.stocked(20); // not enough for all
        List<Callable<Void>> work = orders.stream()
                .<Command>mapMulti((orderNo, messages) -> {
                    messages.accept(Command.placeOrder(orderNo, sku, 2));
                    messages.accept(Command.paymentCaptured(orderNo, 1_000));
                    messages.accept(Command.paymentCaptured(orderNo, 2_000));
                    messages.accept(Command.shipOrder(orderNo));
                    messages.accept(Command.cancelOrder(orderNo));
                    messages.accept(Command.paymentCaptured(orderNo, 3_000));
                    messages.accept(Command.confirmReceipt(orderNo));
                })
                .<Callable<Void>>map(message -> () -> {
                    world.send(message);
                    return null;
                })
                .toList();
        ExecutorService senders = Executors.newFixedThreadPool(4);
        try {
            List<Future<Void>> sent = work.stream().map(senders::submit).toList();
            int checks = 0;
            while (!sent.stream().allMatch(Future::isDone) || checks < 5) {
                assertThat(invariants.check().broken()).isEmpty();
                checks++;
            }
            for (Future<Void> one : sent) {
                one.get();
            }
        } finally {
            senders.shutdown();
        }
        orders.forEach(this::holdFor);
    }

    static Stream<Arguments> damage() {
        return Stream.of(
                damage(
                        "reserved stock is what orders hold",
                        "update stock set reserved = reserved + 1 where sku = :sku"),
                damage(
                        "more is reserved than on hand only where a count found too little",
                        "update stock set on_hand = reserved - 1 where sku = :sku"),
                damage(
                        "an order holds its pieces until",
                        "update reservation set state = 'RELEASED' where order_no = :orderNo"),
                damage(
                        "a shipped order's pieces left the house",
                        "update orders set status = 'SHIPPED' where order_no = :orderNo"),
                damage(
                        "an order's total is the sum of its parts",
                        "update orders set total = total + 1 where order_no = :orderNo"),
                damage(
                        "a paid order keeps exactly its total",
                        "update payment set amount = amount - 1 where order_no = :orderNo"),
                damage("what a payment gave back", "update payment set refunded = 1 where order_no = :orderNo"),
                damage(
                        "captured money belongs to an order",
                        "update payment set effect = 'EXCESS', refunded = 0 where order_no = :orderNo"),
                damage("unassigned money waits", "update payment set effect = 'UNASSIGNED' where order_no = :orderNo"),
                damage("a refund that is not settled waits", """
                        insert into refund (refund_id, payment_key, order_no, amount, currency, reason, status, requested_at)
                        select 'R-' || :orderNo, payment_key, order_no, 1, currency, 'OVERPAID', 'REQUESTED', now()
                        from payment where order_no = :orderNo
                        """),
                damage(
                        "an order that goes on waits in exactly one process",
                        "update orders set status = 'PENDING_PAYMENT' where order_no = :orderNo"),
                damage(
                        "an order ends exactly once",
                        "update orders set completed_at = now() where order_no = :orderNo"),
                damage(
                        "an order has a reason exactly if it is cancelled",
                        "update orders set cancel_reason = 'CUSTOMER' where order_no = :orderNo"),
                damage("an order has its parcel", "update orders set shipped_at = now() where order_no = :orderNo"),
                damage(
                        "what belongs to an order or a sku has one",
                        "update order_contact set order_no = 'R-' || order_no where order_no = :orderNo"),
                damage(
                        "every timeline counts from 1",
                        "delete from order_event where subject = :orderNo and sequence = 2"),
                damage(
                        "every order's timeline ends in its status",
                        "update orders set status = 'PAID' where order_no = :orderNo"),
                damage(
                        "a message has a body and a time to wait",
                        "update inbox set expires_at = now() where order_no = :orderNo"));
    }

    private static Arguments damage(String sentence, String statement) {
        return Arguments.of(sentence, statement);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damage")
    void damage_to_one_order_is_found_and_named(String sentence, String statement) {
        String orderNo = world.paid();
        String sku = world.sku(orderNo);
        transaction.executeWithoutResult(rolledBack -> {
            rolledBack.setRollbackOnly();
            jdbc.sql(statement)
                    .params(statement.contains(":sku") ? Map.of("sku", sku) : Map.of("orderNo", orderNo))
                    .update();

            assertThat(brokenFor(orderNo))
                    .anySatisfy(broken -> assertThat(broken).startsWith(sentence));
        });
        holdFor(orderNo);
    }

    @Test
    void every_invariant_has_its_damage() {
        List<String> proven =
                damage().map(arguments -> (String) arguments.get()[0]).toList();

        assertThat(Invariants.sentences())
                .allSatisfy(sentence -> assertThat(proven)
                        .anySatisfy(start -> assertThat(sentence).startsWith(start)))
                .hasSameSizeAs(proven);
    }

    @Test
    void an_order_and_a_sku_stay_for_as_long_as_something_refers_to_them() {
        String orderNo = world.paid();
        String sku = world.sku(orderNo);

        assertThatThrownBy(() -> delete("orders where order_no = :key", orderNo))
                .isInstanceOf(DataIntegrityViolationException.class)
                .hasMessageContaining("order " + orderNo + " has lines");
        assertThatThrownBy(() -> delete("stock where sku = :key", sku))
                .isInstanceOf(DataIntegrityViolationException.class)
                .hasMessageContaining("pieces of " + sku + " were reserved");
        holdFor(orderNo);
    }

    private void delete(String rows, String key) {
        jdbc.sql("delete from " + rows).param("key", key).update();
    }

    @Test
    void operators_ask_over_http() {
        Answer answer = Http.of(port, "admin").get("/actuator/invariants");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("ok").isBoolean()).isTrue();
        assertThat(answer.json().path("broken").isObject()).isTrue();
        assertThat(Http.of(port, "shop").get("/actuator/invariants").status()).isEqualTo(403);
    }

    private void holdFor(String orderNo) {
        assertThat(brokenFor(orderNo)).isEmpty();
    }

    /** The sentences that do not hold for this order, its sku or its refunds; other tests may leave their own damage behind. */
    private List<String> brokenFor(String orderNo) {
        List<String> names = Stream.of(
                        Stream.of(orderNo, "R-" + orderNo),
                        jdbc
                                .sql("select sku from order_line where order_no = :orderNo")
                                .param("orderNo", orderNo)
                                .query(String.class)
                                .stream(),
                        world.refunds(orderNo).stream().map(World.Refund::refundId))
                .flatMap(all -> all)
                .toList();
        return invariants.check().broken().entrySet().stream()
                .filter(entry -> entry.getValue().stream()
                        .map(Map::values)
                        .flatMap(Collection::stream)
                        .anyMatch(names::contains))
                .map(Map.Entry::getKey)
                .toList();
    }
}
