package dev.orderflow.process;

import static dev.orderflow.world.Command.cancelOrder;
import static dev.orderflow.world.Command.paymentCaptured;
import static dev.orderflow.world.Command.paymentFailed;
import static dev.orderflow.world.Command.placeOrder;
import static dev.orderflow.world.Command.total;
import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.world.Command;
import dev.orderflow.world.CoversModel;
import dev.orderflow.world.Paths;
import dev.orderflow.world.World;
import dev.orderflow.world.World.Payment;
import dev.orderflow.world.World.Refund;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Everything a captured payment can do: cover its order, wait for the rest, wait for the order itself, or go back. */
@OrderflowTest
@CoversModel("payment")
class PaymentProcessTests {

    @Autowired
    World world;

    @Autowired
    Paths paths;

    @Autowired
    RuntimeService runtime;

    @Test
    void a_payment_of_the_total_covers_the_order_and_leaves_nothing_running() {
        String orderNo = world.placed();

        world.pay(orderNo);

        assertThat(path(orderNo))
                .containsSubsequence(
                        "StartEvent_PaymentCaptured",
                        "Task_RecordPayment",
                        "Flow_NewPayment_Yes",
                        "Flow_OrderKnown_Yes",
                        "Flow_WhatDoesItDo_Covers",
                        "Task_CoverOrder",
                        "Flow_AnythingLeft_No",
                        "EndEvent_OrderCovered")
                .doesNotContain("Task_RefundExcess", "ReceiveTask_WaitForOrder");
        assertThat(world.isRunning("payment", orderNo)).isFalse();
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(world.payments(orderNo)).containsExactly(new Payment("COVERS", total(2), "EUR", 0));
        assertThat(world.refunds(orderNo)).isEmpty();
    }

    @Test
    void a_payment_told_twice_is_recorded_once() {
        String orderNo = world.placed();
        Command payment = paymentCaptured(orderNo, total(2));
        world.apply(payment);

        Answer again = world.send(payment.again());

        assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(path(orderNo))
                .containsSubsequence("Task_RecordPayment", "Flow_NewPayment_No", "EndEvent_PaymentAlreadyRecorded")
                .doesNotContain("Gateway_OrderKnown");
        assertThat(world.payments(orderNo)).containsExactly(new Payment("COVERS", total(2), "EUR", 0));
        assertThat(world.refunds(orderNo)).isEmpty();
        assertThat(world.timeline(orderNo)).containsOnlyOnce("PaymentRecorded");
    }

    @Test
    void two_halves_cover_the_order_together() {
        String orderNo = world.placed();

        world.apply(paymentCaptured(orderNo, 2_000));
        assertThat(path(orderNo))
                .containsSubsequence("Flow_WhatDoesItDo_Partial", "EndEvent_WaitingForTheRest")
                .doesNotContain("Task_CoverOrder");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.PENDING_PAYMENT);

        world.apply(paymentCaptured(orderNo, 500));
        assertThat(path(orderNo)).contains("EndEvent_OrderCovered");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(world.payments(orderNo))
                .containsExactly(new Payment("PARTIAL", 2_000, "EUR", 0), new Payment("COVERS", 500, "EUR", 0));
    }

    @Test
    void a_payment_that_is_too_large_covers_the_order_and_its_excess_is_refunded() {
        String orderNo = world.placed();

        world.apply(paymentCaptured(orderNo, total(2) + 1));

        assertThat(path(orderNo))
                .containsSubsequence(
                        "Task_CoverOrder", "Flow_AnythingLeft_Yes", "Task_RefundExcess", "EndEvent_RefundStarted");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(world.payments(orderNo)).containsExactly(new Payment("COVERS", total(2) + 1, "EUR", 1));
        assertRefund(orderNo, 1, "OVERPAID");
    }

    @Test
    void a_late_payment_is_refunded_in_full() {
        String orderNo = world.placed();
        world.fire(world.timer("order", orderNo, "BoundaryEvent_PaymentOverdue"));

        world.apply(paymentCaptured(orderNo, total(2)));

        assertThat(path(orderNo))
                .containsSubsequence("Flow_WhatDoesItDo_NotWanted", "Task_RefundExcess", "EndEvent_RefundStarted")
                .doesNotContain("Task_CoverOrder");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.CANCELLED);
        assertThat(world.payments(orderNo)).containsExactly(new Payment("EXCESS", total(2), "EUR", total(2)));
        assertRefund(orderNo, total(2), "ORDER_CANCELLED");
    }

    @Test
    void a_payment_for_a_paid_order_is_refunded_in_full() {
        String orderNo = world.paid();

        world.apply(paymentCaptured(orderNo, total(2)));

        assertThat(path(orderNo)).contains("Flow_WhatDoesItDo_NotWanted");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertRefund(orderNo, total(2), "ALREADY_PAID");
    }

    @Test
    void a_payment_in_the_wrong_currency_is_refunded_in_full_and_the_order_still_waits() {
        String orderNo = world.placed();

        world.apply(paymentCaptured(orderNo, total(2)).with("currency", "USD"));

        assertThat(path(orderNo)).contains("Flow_WhatDoesItDo_NotWanted");
        assertThat(world.running("order", orderNo)).isWaitingAtExactly("ReceiveTask_WaitForPayment");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.PENDING_PAYMENT);
        assertThat(world.payments(orderNo)).containsExactly(new Payment("EXCESS", total(2), "USD", total(2)));
        assertRefund(orderNo, total(2), "WRONG_CURRENCY");
    }

    @Test
    void a_payment_that_comes_before_its_order_waits_and_is_applied_by_itself() {
        String orderNo = parked(700);
        assertThat(payment(orderNo)).isWaitingAtExactly("ReceiveTask_WaitForOrder");
        assertThat(world.payments(orderNo)).containsExactly(new Payment("UNASSIGNED", 700, "EUR", 0));

        world.apply(placeOrder(orderNo, world.stocked(5), 2));

        assertThat(path(orderNo))
                .containsSubsequence(
                        "Flow_OrderKnown_No",
                        "ReceiveTask_WaitForOrder",
                        "Flow_WaitForOrder_To_ApplyPayment",
                        "Task_ApplyPayment",
                        "Flow_WhatDoesItDo_Partial",
                        "EndEvent_WaitingForTheRest")
                .doesNotContain("UserTask_AssignOrRefund");
        assertThat(world.isRunning("payment", orderNo)).isFalse();
        assertThat(world.running("order", orderNo)).isWaitingAtExactly("ReceiveTask_WaitForPayment");
        assertThat(world.payments(orderNo)).containsExactly(new Payment("PARTIAL", 700, "EUR", 0));
    }

    @Test
    void two_halves_that_come_before_their_order_cover_it_when_it_comes() {
        String orderNo = parked(2_000);
        world.send(paymentCaptured(orderNo, 600));

        world.apply(placeOrder(orderNo, world.stocked(5), 2));

        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(world.isRunning("payment", orderNo)).isFalse();
        assertThat(world.payments(orderNo)).extracting(Payment::effect).containsExactlyInAnyOrder("PARTIAL", "COVERS");
        assertRefund(orderNo, 100, "OVERPAID");
    }

    @Test
    void a_payment_that_comes_before_its_order_in_the_wrong_currency_goes_back_when_the_order_comes() {
        String orderNo = World.newOrderNo();
        world.send(paymentCaptured(orderNo, total(2)).with("currency", "USD"));

        world.apply(placeOrder(orderNo, world.stocked(5), 2));

        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.PENDING_PAYMENT);
        assertRefund(orderNo, total(2), "WRONG_CURRENCY");
    }

    @Test
    void money_whose_order_does_not_come_is_a_task_of_finance_and_can_be_sent_back() {
        String orderNo = parked(700);
        assertThat(world.timer("payment", orderNo, "BoundaryEvent_ParkingOverdue")
                        .getDuedate()
                        .toInstant())
                .isCloseTo(Instant.now().plus(Duration.ofDays(1)), within(30, SECONDS));

        unassigned(orderNo);
        assertThat(assignOrRefund(orderNo)).hasCandidateGroup("finance");
        world.complete(assignOrRefund(orderNo), Map.of("decision", "REFUND"));

        assertThat(path(orderNo))
                .containsSubsequence(
                        "ReceiveTask_WaitForOrder",
                        "BoundaryEvent_ParkingOverdue",
                        "UserTask_AssignOrRefund",
                        "Flow_AssignOrRefund_No",
                        "Task_RefundExcess",
                        "EndEvent_RefundStarted")
                .doesNotContain("Task_ApplyPayment");
        assertThat(world.payments(orderNo)).containsExactly(new Payment("UNASSIGNED", 700, "EUR", 700));
        assertRefund(orderNo, 700, "UNASSIGNED");
    }

    @Test
    void finance_can_assign_money_to_the_order_it_was_meant_for() {
        String wrongNo = parked(total(2));
        unassigned(wrongNo);
        String orderNo = world.placed();

        world.complete(assignOrRefund(wrongNo), Map.of("decision", "ASSIGN", "assignTo", orderNo));

        assertThat(path(orderNo))
                .containsSubsequence(
                        "UserTask_AssignOrRefund",
                        "Flow_AssignOrRefund_Yes",
                        "Task_ApplyPayment",
                        "Flow_WhatDoesItDo_Covers",
                        "EndEvent_OrderCovered")
                .doesNotContain("Task_RefundExcess");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(world.payments(wrongNo)).isEmpty();
        assertThat(world.payments(orderNo)).containsExactly(new Payment("COVERS", total(2), "EUR", 0));
    }

    @Test
    void money_assigned_to_an_order_that_does_not_want_it_goes_back() {
        String wrongNo = parked(700);
        unassigned(wrongNo);
        String orderNo = world.placed();
        world.apply(cancelOrder(orderNo));

        world.complete(assignOrRefund(wrongNo), Map.of("decision", "ASSIGN", "assignTo", orderNo));

        assertThat(path(orderNo)).containsSubsequence("Task_ApplyPayment", "Flow_WhatDoesItDo_NotWanted");
        assertRefund(orderNo, 700, "ORDER_CANCELLED");
    }

    @Test
    void a_decision_of_finance_that_says_too_little_is_refused_and_the_task_stays() {
        String orderNo = parked(700);
        unassigned(orderNo);

        for (Map<String, Object> form : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("decision", "KEEP"),
                Map.of("decision", "ASSIGN"),
                Map.of("decision", "ASSIGN", "assignTo", World.newOrderNo()))) {
            assertThatThrownBy(() -> world.complete(assignOrRefund(orderNo), form))
                    .isInstanceOf(BrokenRule.class);
        }
        assertThat(payment(orderNo)).isWaitingAtExactly("UserTask_AssignOrRefund");
        assertThat(world.payments(orderNo)).containsExactly(new Payment("UNASSIGNED", 700, "EUR", 0));
    }

    @Test
    void an_order_that_comes_late_still_gets_its_money() {
        String orderNo = parked(total(2));
        unassigned(orderNo);

        world.apply(placeOrder(orderNo, world.stocked(5), 2));

        assertThat(path(orderNo))
                .containsSubsequence(
                        "UserTask_AssignOrRefund",
                        "BoundaryEvent_OrderCameLate",
                        "Task_ApplyPayment",
                        "EndEvent_OrderCovered")
                .doesNotContain("Gateway_AssignOrRefund");
        assertThat(world.isRunning("payment", orderNo)).isFalse();
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
    }

    @Test
    void a_failed_payment_is_noted_and_the_buyer_may_try_again() {
        String orderNo = world.placed();

        world.apply(paymentFailed(orderNo));

        assertThat(path(orderNo))
                .containsExactly(
                        "StartEvent_PaymentFailed",
                        "Flow_PaymentFailed_To_RecordFailedPayment",
                        "Task_RecordFailedPayment",
                        "Flow_RecordFailedPayment_To_FailureRecorded",
                        "EndEvent_FailureRecorded");
        assertThat(world.payments(orderNo)).isEmpty();
        assertThat(world.timeline(orderNo)).endsWith("PaymentFailed");

        world.pay(orderNo);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
    }

    /** A payment for an order that nobody has placed. */
    @Test
    void an_order_is_not_called_paid_without_its_money() {
        String orderNo = world.placed();
        world.apply(paymentCaptured(orderNo, total(2) - 1));

        assertThatThrownBy(() -> runtime.createMessageCorrelation("OrderCovered")
                        .processInstanceBusinessKey(orderNo)
                        .correlate())
                .hasMessageContaining("is not captured");

        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.PENDING_PAYMENT);
        assertThat(world.timeline(orderNo)).doesNotContain("OrderPaid");
    }

    private String parked(long amount) {
        String orderNo = World.newOrderNo();
        assertThat(world.send(paymentCaptured(orderNo, amount)).outcome()).isEqualTo(Outcome.PARKED);
        return orderNo;
    }

    private void unassigned(String orderNo) {
        world.fire(world.timer("payment", orderNo, "BoundaryEvent_ParkingOverdue"));
    }

    private Task assignOrRefund(String orderNo) {
        return world.task("payment", orderNo, "UserTask_AssignOrRefund");
    }

    private ProcessInstance payment(String orderNo) {
        return world.running("payment", orderNo);
    }

    private List<String> path(String orderNo) {
        return paths.latest("payment", orderNo);
    }

    private void assertRefund(String orderNo, long amount, String reason) {
        assertThat(world.refunds(orderNo)).singleElement().satisfies(refund -> {
            assertThat(refund).isEqualTo(new Refund(refund.refundId(), amount, refund.currency(), reason, "REQUESTED"));
            assertThat(world.running("refund", refund.refundId())).isWaitingAtExactly("ReceiveTask_WaitForSettlement");
        });
        assertThat(world.timeline(orderNo)).contains("RefundRequested");
    }
}
