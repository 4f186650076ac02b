package dev.orderflow.process;

import static dev.orderflow.world.Command.cancelOrder;
import static dev.orderflow.world.Command.confirmReceipt;
import static dev.orderflow.world.Command.paymentCaptured;
import static dev.orderflow.world.Command.placeOrder;
import static dev.orderflow.world.Command.shipOrder;
import static dev.orderflow.world.Command.shipmentDelivered;
import static dev.orderflow.world.Command.submitReview;
import static dev.orderflow.world.Command.total;
import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.order.CancelReason;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.world.CoversModel;
import dev.orderflow.world.Paths;
import dev.orderflow.world.World;
import dev.orderflow.world.World.Payment;
import dev.orderflow.world.World.Reservation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Every way through the life of an order: each end, each boundary event and each answer of a gateway. */
@OrderflowTest
@CoversModel("order")
class OrderProcessTests {

    @Autowired
    World world;

    @Autowired
    Paths paths;

    @Test
    void a_placed_order_waits_for_its_payment_with_its_stock_reserved() {
        String orderNo = world.placed();

        assertThat(order(orderNo)).isWaitingAtExactly("ReceiveTask_WaitForPayment");
        assertThat(order(orderNo)).isWaitingFor("OrderCovered", "CancelOrder");
        assertThat(path(orderNo))
                .containsExactly(
                        "StartEvent_OrderPlaced",
                        "Flow_OrderPlaced_To_RegisterOrder",
                        "Task_RegisterOrder",
                        "Flow_RegisterOrder_To_ApplyEarlyPayments",
                        "Task_ApplyEarlyPayments",
                        "Flow_ApplyEarlyPayments_To_ReserveStock",
                        "Task_ReserveStock",
                        "Flow_ReserveStock_To_AlreadyCovered",
                        "Gateway_AlreadyCovered",
                        "Flow_AlreadyCovered_No",
                        "ReceiveTask_WaitForPayment");
        assertDueIn(Duration.ofMinutes(30), orderTimer(orderNo, "BoundaryEvent_PaymentOverdue"));
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.PENDING_PAYMENT);
        assertThat(world.reservations(orderNo)).containsExactly(new Reservation(world.sku(orderNo), 2, "ACTIVE"));
        assertThat(world.stock(world.sku(orderNo)).available()).isEqualTo(3);
        assertThat(world.timeline(orderNo)).containsExactly("OrderPlaced", "StockReserved");
    }

    @Test
    void a_paid_order_is_released_to_the_warehouse() {
        String orderNo = world.placed();

        world.pay(orderNo);

        assertThat(order(orderNo)).isWaitingAtExactly("UserTask_ShipOrder");
        assertThat(world.task("order", orderNo, "UserTask_ShipOrder")).hasCandidateGroup("warehouse");
        assertThat(path(orderNo))
                .containsSubsequence(
                        "ReceiveTask_WaitForPayment",
                        "Task_MarkPaid",
                        "Gateway_HeldForReview",
                        "Flow_HeldForReview_No",
                        "Task_ReleaseOrder",
                        "UserTask_ShipOrder")
                .doesNotContain("UserTask_ReviewOrder");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(world.timeline(orderNo))
                .containsExactly("OrderPlaced", "StockReserved", "PaymentRecorded", "OrderPaid", "OrderReleased");
    }

    @Test
    void an_order_runs_its_whole_life_by_hand() {
        String orderNo = world.paid();

        world.complete(
                world.task("order", orderNo, "UserTask_ShipOrder"),
                Map.of("carrier", "DHL", "trackingNumber", "JD0146"));
        assertThat(order(orderNo)).isWaitingAtExactly("UserTask_ConfirmReceipt");
        assertThat(order(orderNo)).hasNoVariables();
        assertThat(world.task("order", orderNo, "UserTask_ConfirmReceipt")).hasCandidateGroup("service");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.SHIPPED);

        world.complete(world.task("order", orderNo, "UserTask_ConfirmReceipt"), Map.of());
        assertThat(order(orderNo)).isWaitingAtExactly("ReceiveTask_WaitForReview");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.RECEIVED);

        world.apply(submitReview(orderNo));
        assertThat(path(orderNo))
                .containsSubsequence(
                        "UserTask_ShipOrder",
                        "Flow_ShipOrder_To_RecordShipment",
                        "Task_RecordShipment",
                        "Task_DeductStock",
                        "UserTask_ConfirmReceipt",
                        "Flow_ConfirmReceipt_To_RecordReceipt",
                        "Task_RecordReceipt",
                        "ReceiveTask_WaitForReview",
                        "Task_RecordReview",
                        "Task_CompleteOrder",
                        "EndEvent_OrderCompleted")
                .doesNotContain("Task_CancelOrder");
        assertCompleted(orderNo);
        assertThat(world.reservations(orderNo)).containsExactly(new Reservation(world.sku(orderNo), 2, "DEDUCTED"));
        assertThat(world.stock(world.sku(orderNo)).onHand()).isEqualTo(3);
        assertThat(world.stock(world.sku(orderNo)).reserved()).isZero();
        assertThat(world.payments(orderNo)).containsExactly(new Payment("COVERS", total(2), "EUR", 0));
        assertThat(world.timeline(orderNo))
                .containsExactly(
                        "OrderPlaced",
                        "StockReserved",
                        "PaymentRecorded",
                        "OrderPaid",
                        "OrderReleased",
                        "OrderShipped",
                        "StockDeducted",
                        "OrderReceived",
                        "OrderReviewed",
                        "OrderCompleted");
    }

    @Test
    void an_order_that_is_out_of_stock_is_cancelled_at_once_and_holds_nothing() {
        String sku = world.stocked(1);
        String orderNo = World.newOrderNo();

        var answer = world.send(placeOrder(orderNo, sku, 2));

        assertThat(answer.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(answer.status()).isEqualTo(OrderStatus.CANCELLED);
        assertThat(path(orderNo))
                .containsSubsequence(
                        "Task_ReserveStock",
                        "BoundaryEvent_OutOfStock",
                        "Flow_OutOfStock_To_CancelOrder",
                        "Task_CancelOrder",
                        "Task_ReleaseStock",
                        "Task_RefundPayments",
                        "EndEvent_OrderCancelled")
                .doesNotContain("Gateway_AlreadyCovered");
        assertCancelled(orderNo, CancelReason.OUT_OF_STOCK);
        assertThat(world.reservations(orderNo)).isEmpty();
        assertThat(world.stock(sku).available()).isEqualTo(1);
        assertThat(world.timeline(orderNo)).containsExactly("OrderPlaced", "OrderCancelled");
    }

    @Test
    void an_order_that_is_not_paid_in_time_gives_its_stock_back() {
        String orderNo = world.placed();

        world.fire(orderTimer(orderNo, "BoundaryEvent_PaymentOverdue"));

        assertThat(path(orderNo))
                .containsSubsequence(
                        "ReceiveTask_WaitForPayment",
                        "BoundaryEvent_PaymentOverdue",
                        "Task_CancelOrder",
                        "Task_ReleaseStock",
                        "EndEvent_OrderCancelled")
                .doesNotContain("Task_MarkPaid");
        assertCancelled(orderNo, CancelReason.PAYMENT_OVERDUE);
        assertStockGivenBack(orderNo);
        assertThat(world.timeline(orderNo))
                .containsExactly("OrderPlaced", "StockReserved", "OrderCancelled", "StockReleased");
    }

    @Test
    void the_time_to_pay_depends_on_the_payment_method() {
        String orderNo = World.newOrderNo();

        world.apply(placeOrder(orderNo, world.stocked(5), 2).with("paymentMethod", "BOLETO"));

        assertDueIn(Duration.ofDays(5), orderTimer(orderNo, "BoundaryEvent_PaymentOverdue"));
    }

    @Test
    void what_was_paid_of_an_order_that_is_not_paid_in_time_goes_back() {
        String orderNo = world.placed();
        world.apply(paymentCaptured(orderNo, 700));

        world.fire(orderTimer(orderNo, "BoundaryEvent_PaymentOverdue"));

        assertThat(path(orderNo)).containsSubsequence("BoundaryEvent_PaymentOverdue", "Task_RefundPayments");
        assertCancelled(orderNo, CancelReason.PAYMENT_OVERDUE);
        assertThat(world.payments(orderNo)).containsExactly(new Payment("PARTIAL", 700, "EUR", 700));
        assertThat(world.refunds(orderNo)).singleElement().satisfies(refund -> {
            assertThat(refund.amount()).isEqualTo(700);
            assertThat(refund.reason()).isEqualTo("ORDER_CANCELLED");
            assertThat(refund.status()).isEqualTo("REQUESTED");
        });
    }

    @Test
    void an_order_can_be_cancelled_before_it_is_paid() {
        String orderNo = world.placed();

        world.apply(cancelOrder(orderNo));

        assertThat(path(orderNo))
                .containsSubsequence(
                        "BoundaryEvent_CancelledBeforePayment", "Task_CancelOrder", "EndEvent_OrderCancelled")
                .doesNotContain("Task_MarkPaid");
        assertCancelled(orderNo, CancelReason.CUSTOMER);
        assertStockGivenBack(orderNo);
        assertThat(world.refunds(orderNo)).isEmpty();
    }

    @Test
    void an_order_above_the_limit_is_held_for_review_and_released_by_service() {
        String orderNo = held();

        assertThat(order(orderNo)).isWaitingAtExactly("UserTask_ReviewOrder");
        assertThat(order(orderNo)).isWaitingFor("CancelOrder");
        assertThat(world.task("order", orderNo, "UserTask_ReviewOrder")).hasCandidateGroup("service");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.PAID);

        world.complete(world.task("order", orderNo, "UserTask_ReviewOrder"), Map.of());

        assertThat(order(orderNo)).isWaitingAtExactly("UserTask_ShipOrder");
        assertThat(path(orderNo))
                .containsSubsequence(
                        "Gateway_HeldForReview",
                        "Flow_HeldForReview_Yes",
                        "UserTask_ReviewOrder",
                        "Task_ReleaseOrder",
                        "UserTask_ShipOrder")
                .doesNotContain("Flow_HeldForReview_No");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(world.timeline(orderNo)).containsSubsequence("OrderPaid", "OrderHeld", "OrderReleased");
    }

    @Test
    void an_order_refused_in_review_gives_stock_and_money_back() {
        String orderNo = held();

        world.apply(cancelOrder(orderNo).with("reason", "OPERATOR"));

        assertThat(path(orderNo))
                .containsSubsequence(
                        "UserTask_ReviewOrder", "BoundaryEvent_CancelledInReview", "EndEvent_OrderCancelled")
                .doesNotContain("Task_ReleaseOrder");
        assertCancelled(orderNo, CancelReason.OPERATOR);
        assertStockGivenBack(orderNo);
        assertRefundedInFull(orderNo);
    }

    @Test
    void a_paid_order_can_be_cancelled_until_it_is_shipped_and_gives_stock_and_money_back() {
        String orderNo = world.paid();

        world.apply(cancelOrder(orderNo));

        assertThat(path(orderNo))
                .containsSubsequence(
                        "UserTask_ShipOrder",
                        "BoundaryEvent_CancelledBeforeShipment",
                        "Task_CancelOrder",
                        "Task_ReleaseStock",
                        "Task_RefundPayments",
                        "EndEvent_OrderCancelled")
                .doesNotContain("Task_RecordShipment");
        assertCancelled(orderNo, CancelReason.CUSTOMER);
        assertStockGivenBack(orderNo);
        assertRefundedInFull(orderNo);
        assertThat(world.timeline(orderNo))
                .endsWith("OrderReleased", "OrderCancelled", "StockReleased", "RefundRequested");
    }

    @Test
    void a_late_shipment_is_escalated_once_and_can_still_be_shipped() {
        String orderNo = world.paid();
        assertDueIn(Duration.ofDays(2), orderTimer(orderNo, "BoundaryEvent_ShipmentOverdue"));

        world.fire(orderTimer(orderNo, "BoundaryEvent_ShipmentOverdue"));

        assertThat(order(orderNo)).isWaitingAtExactly("UserTask_ShipOrder");
        assertThat(path(orderNo))
                .containsSubsequence(
                        "BoundaryEvent_ShipmentOverdue", "Task_EscalateShipment", "EndEvent_ShipmentEscalated");
        assertThat(world.timeline(orderNo)).endsWith("OrderReleased", "ShipmentOverdue");
        assertThat(world.task("order", orderNo, "UserTask_ShipOrder").getPriority())
                .isGreaterThan(Task.PRIORITY_NORMAL);

        world.apply(shipOrder(orderNo));
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.SHIPPED);
    }

    @Test
    void a_warehouse_system_ships_without_the_task() {
        String orderNo = world.paid();

        world.apply(shipOrder(orderNo));

        assertThat(order(orderNo)).isWaitingAtExactly("UserTask_ConfirmReceipt");
        assertThat(path(orderNo))
                .containsSubsequence("BoundaryEvent_ShippedByWarehouse", "Task_RecordShipment", "Task_DeductStock")
                .doesNotContain("Flow_ShipOrder_To_RecordShipment");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.SHIPPED);
        assertThat(world.reservations(orderNo)).extracting(Reservation::state).containsExactly("DEDUCTED");
    }

    @Test
    void a_delivered_parcel_still_waits_for_the_buyer() {
        String orderNo = world.shipped();

        world.apply(shipmentDelivered(orderNo));

        assertThat(order(orderNo)).isWaitingAtExactly("UserTask_ConfirmReceipt");
        assertThat(path(orderNo))
                .containsSubsequence(
                        "BoundaryEvent_ShipmentDelivered", "Task_RecordDelivery", "EndEvent_DeliveryRecorded")
                .doesNotContain("Task_RecordReceipt");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_RECEIPT);
        assertThat(world.timeline(orderNo)).endsWith("OrderDelivered");
    }

    @Test
    void the_buyer_confirms_the_receipt_without_the_task() {
        String orderNo = world.shipped();

        world.apply(confirmReceipt(orderNo));

        assertThat(order(orderNo)).isWaitingAtExactly("ReceiveTask_WaitForReview");
        assertThat(path(orderNo))
                .containsSubsequence("BoundaryEvent_ReceiptConfirmed", "Task_RecordReceipt")
                .doesNotContain("Flow_ConfirmReceipt_To_RecordReceipt", "BoundaryEvent_ReceiptOverdue");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.RECEIVED);
    }

    @Test
    void a_receipt_that_nobody_confirms_is_confirmed_by_the_timer() {
        String orderNo = world.shipped();
        world.apply(shipmentDelivered(orderNo));
        assertDueIn(Duration.ofDays(10), orderTimer(orderNo, "BoundaryEvent_ReceiptOverdue"));

        world.fire(orderTimer(orderNo, "BoundaryEvent_ReceiptOverdue"));

        assertThat(order(orderNo)).isWaitingAtExactly("ReceiveTask_WaitForReview");
        assertThat(path(orderNo))
                .containsSubsequence("BoundaryEvent_ReceiptOverdue", "Task_RecordReceipt")
                .doesNotContain("BoundaryEvent_ReceiptConfirmed");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.RECEIVED);
    }

    @Test
    void an_order_that_nobody_reviews_is_completed_when_the_window_closes() {
        String orderNo = world.received();
        assertDueIn(Duration.ofDays(30), orderTimer(orderNo, "BoundaryEvent_ReviewWindowClosed"));

        world.fire(orderTimer(orderNo, "BoundaryEvent_ReviewWindowClosed"));

        assertThat(path(orderNo))
                .containsSubsequence(
                        "ReceiveTask_WaitForReview",
                        "BoundaryEvent_ReviewWindowClosed",
                        "Task_CompleteOrder",
                        "EndEvent_OrderCompleted")
                .doesNotContain("Task_RecordReview");
        assertCompleted(orderNo);
        assertThat(world.timeline(orderNo)).endsWith("OrderReceived", "OrderCompleted");
    }

    @Test
    void an_order_that_was_paid_before_it_came_does_not_wait() {
        String orderNo = World.newOrderNo();
        world.send(paymentCaptured(orderNo, total(2)));

        world.apply(placeOrder(orderNo, world.stocked(5), 2));

        assertThat(order(orderNo)).isWaitingAtExactly("UserTask_ShipOrder");
        assertThat(path(orderNo))
                .containsSubsequence(
                        "Task_ApplyEarlyPayments", "Task_ReserveStock", "Flow_AlreadyCovered_Yes", "Task_MarkPaid")
                .doesNotContain("ReceiveTask_WaitForPayment");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(world.payments(orderNo)).containsExactly(new Payment("COVERS", total(2), "EUR", 0));
    }

    @Test
    void an_order_that_was_paid_before_it_came_and_is_out_of_stock_gives_the_money_back() {
        String orderNo = World.newOrderNo();
        world.send(paymentCaptured(orderNo, total(2)));

        world.apply(placeOrder(orderNo, world.stocked(1), 2));

        assertCancelled(orderNo, CancelReason.OUT_OF_STOCK);
        assertRefundedInFull(orderNo);
    }

    @Test
    void an_order_that_costs_nothing_does_not_wait_for_a_payment() {
        String orderNo = World.newOrderNo();

        world.apply(placeOrder(orderNo, world.stocked(5), 2)
                .with("discount", total(2))
                .with("total", 0));

        assertThat(path(orderNo))
                .containsSubsequence("Flow_AlreadyCovered_Yes", "Task_MarkPaid")
                .doesNotContain("ReceiveTask_WaitForPayment");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(world.payments(orderNo)).isEmpty();
    }

    private String held() {
        String orderNo = World.newOrderNo();
        world.apply(placeOrder(orderNo, world.stocked(5), 2).with("currency", "CHF"));
        world.pay(orderNo);
        return orderNo;
    }

    private ProcessInstance order(String orderNo) {
        return world.running("order", orderNo);
    }

    private Job orderTimer(String orderNo, String id) {
        return world.timer("order", orderNo, id);
    }

    private List<String> path(String orderNo) {
        return paths.latest("order", orderNo);
    }

    private static void assertDueIn(Duration duration, Job timer) {
        assertThat(timer.getDuedate().toInstant()).isCloseTo(Instant.now().plus(duration), within(30, SECONDS));
    }

    private void assertCompleted(String orderNo) {
        assertThat(world.isRunning("order", orderNo)).isFalse();
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.COMPLETED);
    }

    private void assertCancelled(String orderNo, CancelReason reason) {
        assertThat(world.isRunning("order", orderNo)).isFalse();
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.CANCELLED);
        assertThat(world.cancelReason(orderNo)).isEqualTo(reason);
    }

    private void assertStockGivenBack(String orderNo) {
        assertThat(world.reservations(orderNo)).containsExactly(new Reservation(world.sku(orderNo), 2, "RELEASED"));
        assertThat(world.stock(world.sku(orderNo)).available()).isEqualTo(5);
    }

    private void assertRefundedInFull(String orderNo) {
        assertThat(world.payments(orderNo))
                .allSatisfy(payment -> assertThat(payment.refunded()).isEqualTo(payment.amount()));
        assertThat(world.refunds(orderNo)).singleElement().satisfies(refund -> {
            assertThat(refund.amount()).isEqualTo(total(2));
            assertThat(refund.reason()).isEqualTo("ORDER_CANCELLED");
            assertThat(refund.status()).isEqualTo("REQUESTED");
            assertThat(world.isRunning("refund", refund.refundId())).isTrue();
        });
    }
}
