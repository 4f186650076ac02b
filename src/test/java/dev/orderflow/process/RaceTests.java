package dev.orderflow.process;

import static dev.orderflow.world.Command.cancelOrder;
import static dev.orderflow.world.Command.confirmReceipt;
import static dev.orderflow.world.Command.paymentCaptured;
import static dev.orderflow.world.Command.placeOrder;
import static dev.orderflow.world.Command.refundFailed;
import static dev.orderflow.world.Command.refundSettled;
import static dev.orderflow.world.Command.shipOrder;
import static dev.orderflow.world.Command.shipmentDelivered;
import static dev.orderflow.world.Command.submitReview;
import static dev.orderflow.world.Command.total;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.messaging.LostRaces;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.web.Invariants;
import dev.orderflow.world.AtOnce;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Two who want different things of one order. One after the other they leave one picture of the order or, the other way round,
 * another; at once they must leave one of these two, down to the last event and cent, with the same answers, and nothing else.
 */
@OrderflowTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RaceTests {

    /** How often each pair runs at once; {@code -Dorderflow.races=100} for a long look. */
    private static final int RUNS = Integer.getInteger("orderflow.races", 6);

    @Autowired
    World world;

    @Autowired
    LostRaces lostRaces;

    @Autowired
    Invariants invariants;

    @Autowired
    JdbcClient jdbc;

    Stream<Race> races() {
        return Stream.of(
                new Race("pay × cancel", () -> {
                    String order = world.placed();
                    return new Rivals(order, message(paymentCaptured(order, total(2))), message(cancelOrder(order)));
                }),
                new Race("pay × payment overdue", () -> {
                    String order = world.placed();
                    return new Rivals(
                            order,
                            message(paymentCaptured(order, total(2))),
                            timer("order", order, "BoundaryEvent_PaymentOverdue"));
                }),
                new Race("pay a part × payment overdue", () -> {
                    String order = world.placed();
                    return new Rivals(
                            order,
                            message(paymentCaptured(order, 700)),
                            timer("order", order, "BoundaryEvent_PaymentOverdue"));
                }),
                new Race("cancel × payment overdue", () -> {
                    String order = world.placed();
                    return new Rivals(
                            order, message(cancelOrder(order)), timer("order", order, "BoundaryEvent_PaymentOverdue"));
                }),
                new Race("cancel × cancel", () -> {
                    String order = world.placed();
                    return new Rivals(
                            order,
                            message(cancelOrder(order)),
                            message(cancelOrder(order).with("reason", "OPERATOR")));
                }),
                new Race("pay × pay", () -> {
                    String order = world.placed();
                    return new Rivals(
                            order,
                            message(paymentCaptured(order, total(2))),
                            message(paymentCaptured(order, total(2))));
                }),
                new Race("pay one half × pay the other", () -> {
                    String order = world.placed();
                    return new Rivals(
                            order, message(paymentCaptured(order, 1_000)), message(paymentCaptured(order, 1_500)));
                }),
                new Race("place × pay", () -> {
                    String order = World.newOrderNo();
                    return new Rivals(
                            order,
                            message(placeOrder(order, world.stocked(5), 2)),
                            message(paymentCaptured(order, total(2))));
                }),
                new Race("place × cancel", () -> {
                    String order = World.newOrderNo();
                    return new Rivals(
                            order, message(placeOrder(order, world.stocked(5), 2)), message(cancelOrder(order)));
                }),
                new Race("order comes late × finance sends its money back", () -> {
                    String order = World.newOrderNo();
                    world.send(paymentCaptured(order, total(2)));
                    world.fire(world.timer("payment", order, "BoundaryEvent_ParkingOverdue"));
                    return new Rivals(
                            order,
                            message(placeOrder(order, world.stocked(5), 2)),
                            task("payment", order, "UserTask_AssignOrRefund", Map.of("decision", "REFUND")));
                }),
                new Race("order comes × its money waited too long", () -> {
                    String order = World.newOrderNo();
                    world.send(paymentCaptured(order, total(2)));
                    return new Rivals(
                            order,
                            message(placeOrder(order, world.stocked(5), 2)),
                            timer("payment", order, "BoundaryEvent_ParkingOverdue"));
                }),
                new Race("release by hand × cancel", () -> {
                    String order = World.newOrderNo();
                    world.apply(placeOrder(order, world.stocked(5), 2).with("currency", "CHF"));
                    world.pay(order);
                    return new Rivals(
                            order, task("order", order, "UserTask_ReviewOrder", Map.of()), message(cancelOrder(order)));
                }),
                new Race("ship × cancel", () -> {
                    String order = world.paid();
                    return new Rivals(order, message(shipOrder(order)), message(cancelOrder(order)));
                }),
                new Race("ship by hand × cancel", () -> {
                    String order = world.paid();
                    return new Rivals(order, shipByHand(order), message(cancelOrder(order)));
                }),
                new Race("ship by hand × ship", () -> {
                    String order = world.paid();
                    return new Rivals(order, shipByHand(order), message(shipOrder(order)));
                }),
                new Race("ship by hand × ship by hand", () -> {
                    String order = world.paid();
                    return new Rivals(order, shipByHand(order), shipByHand(order));
                }),
                new Race("ship × shipment overdue", () -> {
                    String order = world.paid();
                    return new Rivals(
                            order, message(shipOrder(order)), timer("order", order, "BoundaryEvent_ShipmentOverdue"));
                }),
                new Race("cancel × shipment overdue", () -> {
                    String order = world.paid();
                    return new Rivals(
                            order, message(cancelOrder(order)), timer("order", order, "BoundaryEvent_ShipmentOverdue"));
                }),
                new Race("ship × deliver", () -> {
                    String order = world.paid();
                    return new Rivals(order, message(shipOrder(order)), message(shipmentDelivered(order)));
                }),
                new Race("deliver × confirm", () -> {
                    String order = world.shipped();
                    return new Rivals(order, message(shipmentDelivered(order)), message(confirmReceipt(order)));
                }),
                new Race("confirm × confirm by hand", () -> {
                    String order = world.shipped();
                    return new Rivals(
                            order,
                            message(confirmReceipt(order)),
                            task("order", order, "UserTask_ConfirmReceipt", Map.of()));
                }),
                new Race("confirm × receipt overdue", () -> {
                    String order = world.shipped();
                    return new Rivals(
                            order,
                            message(confirmReceipt(order)),
                            timer("order", order, "BoundaryEvent_ReceiptOverdue"));
                }),
                new Race("deliver × receipt overdue", () -> {
                    String order = world.shipped();
                    return new Rivals(
                            order,
                            message(shipmentDelivered(order)),
                            timer("order", order, "BoundaryEvent_ReceiptOverdue"));
                }),
                new Race("review × review window closed", () -> {
                    String order = world.received();
                    return new Rivals(
                            order,
                            message(submitReview(order)),
                            timer("order", order, "BoundaryEvent_ReviewWindowClosed"));
                }),
                new Race("review × review", () -> {
                    String order = world.received();
                    return new Rivals(order, message(submitReview(order)), message(submitReview(order)));
                }),
                refund(
                        "settle × fail",
                        (order, refund) -> new Rivals(
                                order, message(refundSettled(order, refund)), message(refundFailed(order, refund)))),
                refund(
                        "settle × settle",
                        (order, refund) -> new Rivals(
                                order, message(refundSettled(order, refund)), message(refundSettled(order, refund)))),
                refund(
                        "settle × refund overdue",
                        (order, refund) -> new Rivals(
                                order,
                                message(refundSettled(order, refund)),
                                timer("refund", refund, "BoundaryEvent_RefundOverdue"))),
                refund(
                        "fail × refund overdue",
                        (order, refund) -> new Rivals(
                                order,
                                message(refundFailed(order, refund)),
                                timer("refund", refund, "BoundaryEvent_RefundOverdue"))),
                refund("settle after all × refund by hand", (order, refund) -> {
                    world.apply(refundFailed(order, refund));
                    return new Rivals(
                            order,
                            message(refundSettled(order, refund)),
                            task("refund", refund, "UserTask_RefundByHand", Map.of("providerReference", "SEPA 1")));
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("races")
    void at_once_is_as_one_after_the_other(Race race) throws Exception {
        Rivals first = race.start.get();
        Picture oneFirst = new Picture(first.one.call(), first.other.call(), facts(first.orderNo));
        Rivals second = race.start.get();
        String otherAnswer = second.other.call();
        Picture otherFirst = new Picture(second.one.call(), otherAnswer, facts(second.orderNo));

        for (int run = 1; run <= RUNS; run++) {
            Rivals rivals = race.start.get();
            List<String> answers = AtOnce.run(List.of(rivals.one, rivals.other));
            Picture atOnce = new Picture(answers.get(0), answers.get(1), facts(rivals.orderNo));
            assertThat(atOnce).as("run %s", run).isIn(oneFirst, otherFirst);
        }
        assertThat(invariants.check().broken()).isEmpty();
    }

    private Callable<String> message(Command command) {
        return () -> world.send(command).outcome().name();
    }

    private Callable<String> shipByHand(String orderNo) {
        return task(
                "order",
                orderNo,
                "UserTask_ShipOrder",
                Map.of("carrier", "CORREIOS", "trackingNumber", Command.TRACKING_NUMBER));
    }

    private Callable<String> task(String model, String businessKey, String id, Map<String, Object> form) {
        Task task = world.task(model, businessKey, id);
        return () -> {
            try {
                world.complete(task, form);
                return "DONE";
            } catch (NullValueException gone) {
                return "GONE";
            } catch (BrokenRule tooLate) {
                assertThat(tooLate).hasMessageContaining("settled already");
                return "GONE";
            }
        };
    }

    /** A timer that fires until it has fired or is gone, as the job executor does it. */
    private Callable<String> timer(String model, String businessKey, String id) {
        Job timer = world.timer(model, businessKey, id);
        return () -> {
            while (world.isThere(timer)) {
                try {
                    world.fire(timer);
                    return "FIRED";
                } catch (RuntimeException failure) {
                    if (!lostRaces.lost(failure) && world.isThere(timer)) {
                        throw failure;
                    }
                }
            }
            return "GONE";
        };
    }

    private Race refund(String name, RefundRivals rivals) {
        return new Race(name, () -> {
            String order = world.paid();
            world.apply(cancelOrder(order));
            return rivals.of(order, world.refunds(order).get(0).refundId());
        });
    }

    /** Everything there is to see of the order once nothing waits in the inbox that could still apply. */
    private String facts(String orderNo) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> jdbc.sql("select count(*) from inbox where order_no = :orderNo and body is not null")
                                .param("orderNo", orderNo)
                                .query(Long.class)
                                .single()
                        == 0);
        return String.join(
                "\n",
                world.status(orderNo) + " " + world.cancelReason(orderNo),
                world.timeline(orderNo).toString(),
                world.reservations(orderNo).stream()
                        .map(reservation -> reservation.quantity() + " " + reservation.state())
                        .toList()
                        .toString(),
                world.payments(orderNo).toString(),
                world.refunds(orderNo).stream()
                        .map(refund -> refund.amount() + " " + refund.reason() + " " + refund.status())
                        .toList()
                        .toString());
    }

    /** How a race is set up, anew for every run. */
    record Race(String name, Supplier<Rivals> start) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** The two, each giving the answer it got. */
    record Rivals(String orderNo, Callable<String> one, Callable<String> other) {}

    /** The answers, and what is left. */
    record Picture(String one, String other, String facts) {}

    private interface RefundRivals {
        Rivals of(String orderNo, String refundId);
    }
}
