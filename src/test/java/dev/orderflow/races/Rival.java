package dev.orderflow.races;

import static dev.orderflow.races.Situation.CANCELLED_REFUND_OPEN;
import static dev.orderflow.races.Situation.CANCELLED_REFUND_WITH_FINANCE;
import static dev.orderflow.races.Situation.DELIVERED_NOT_CONFIRMED;
import static dev.orderflow.races.Situation.EARLY_MONEY_WITH_FINANCE;
import static dev.orderflow.races.Situation.HELD;
import static dev.orderflow.races.Situation.NOT_PLACED;
import static dev.orderflow.races.Situation.PAID;
import static dev.orderflow.races.Situation.PAID_EARLY;
import static dev.orderflow.races.Situation.PAID_TWICE;
import static dev.orderflow.races.Situation.PART_PAID;
import static dev.orderflow.races.Situation.PLACED;
import static dev.orderflow.races.Situation.RECEIVED;
import static dev.orderflow.races.Situation.SHIPPED;

import dev.orderflow.order.CancelReason;
import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.world.Command;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * The table: everybody who can want something of an order, in which situations that makes sense (it applies, or comes a little too
 * early or too late), how they do it, and what must come of it. The pairs to race are whoever shares a situation.
 */
enum Rival {
    PLACE(
            in(NOT_PLACED, PAID_EARLY, EARLY_MONEY_WITH_FINANCE, PLACED, CANCELLED_REFUND_OPEN),
            message(scene -> Command.placeOrder(scene.orderNo(), scene.sku(), Scene.PIECES)
                    .with("currency", scene.currency())),
            Expected::place),
    PAY(in(NOT_PLACED, PLACED), message(Rival::thePayment), order -> order.pay("the payment", Expected.TOTAL)),
    SAME_PAYMENT_AGAIN(
            in(NOT_PLACED, PAID_EARLY, EARLY_MONEY_WITH_FINANCE, PLACED, HELD, PAID, SHIPPED, CANCELLED_REFUND_OPEN),
            message(Rival::thePayment),
            order -> order.pay("the payment", Expected.TOTAL)),
    PAY_AGAIN(
            in(
                    NOT_PLACED,
                    PAID_EARLY,
                    EARLY_MONEY_WITH_FINANCE,
                    PLACED,
                    PART_PAID,
                    HELD,
                    PAID,
                    PAID_TWICE,
                    SHIPPED,
                    RECEIVED,
                    CANCELLED_REFUND_OPEN,
                    CANCELLED_REFUND_WITH_FINANCE),
            message(scene -> payment(scene, Expected.TOTAL)),
            order -> order.pay("another", Expected.TOTAL)),
    PAY_HALF(
            in(NOT_PLACED, PAID_EARLY, PLACED, PART_PAID, PAID),
            message(scene -> payment(scene, Expected.HALF)),
            order -> order.pay("a half", Expected.HALF)),
    PAY_OTHER_HALF(
            in(PLACED, PART_PAID, PAID),
            message(scene -> payment(scene, Expected.TOTAL - Expected.HALF)),
            order -> order.pay("the other half", Expected.TOTAL - Expected.HALF)),
    PAYMENT_FAILED(
            in(NOT_PLACED, PLACED, PART_PAID, PAID),
            message(scene -> Command.paymentFailed(scene.orderNo())),
            Expected::failPayment),
    PAYMENT_OVERDUE(
            in(PLACED, PART_PAID),
            timer("order", "BoundaryEvent_PaymentOverdue"),
            order -> order.fire(OrderEvent.CANCELLED, CancelReason.PAYMENT_OVERDUE, OrderStatus.PENDING_PAYMENT)),
    ORDER_DID_NOT_COME(in(PAID_EARLY), timer("payment", "BoundaryEvent_ParkingOverdue"), Expected::handMoneyToFinance),
    FINANCE_SENDS_MONEY_BACK(
            in(EARLY_MONEY_WITH_FINANCE),
            task("payment", "UserTask_AssignOrRefund", "finance", Map.of("decision", "REFUND")),
            Expected::sendUnassignedBack),
    BUYER_CANCELS(
            in(
                    NOT_PLACED,
                    PAID_EARLY,
                    PLACED,
                    PART_PAID,
                    HELD,
                    PAID,
                    PAID_TWICE,
                    SHIPPED,
                    DELIVERED_NOT_CONFIRMED,
                    RECEIVED,
                    CANCELLED_REFUND_OPEN),
            message(scene -> Command.cancelOrder(scene.orderNo())),
            order -> order.send(OrderEvent.CANCELLED)),
    CLERK_CANCELS(
            in(HELD, PAID, PAID_TWICE),
            (node, scene) -> () -> node.tell(
                    "service",
                    Command.cancelOrder(scene.orderNo())
                            .with("reason", "OPERATOR")
                            .with("note", "damaged")),
            order -> order.complete(OrderEvent.CANCELLED, CancelReason.OPERATOR)),
    CLERK_RELEASES(
            in(HELD),
            task("order", "UserTask_ReviewOrder", "service", Map.of()),
            order -> order.complete(OrderEvent.RELEASED, null)),
    SHIPMENT_OVERDUE(in(PAID, PAID_TWICE), timer("order", "BoundaryEvent_ShipmentOverdue"), Expected::overdue),
    CLERK_SHIPS(
            in(PAID, PAID_TWICE),
            task(
                    "order",
                    "UserTask_ShipOrder",
                    "warehouse",
                    Map.of("carrier", "CORREIOS", "trackingNumber", Command.TRACKING_NUMBER)),
            order -> order.complete(OrderEvent.SHIPPED, null)),
    WAREHOUSE_SHIPS(
            in(PLACED, HELD, PAID, PAID_TWICE, SHIPPED),
            message(scene -> Command.shipOrder(scene.orderNo())),
            order -> order.send(OrderEvent.SHIPPED)),
    DELIVERED(
            in(PAID, SHIPPED, DELIVERED_NOT_CONFIRMED, RECEIVED),
            message(scene -> Command.shipmentDelivered(scene.orderNo())),
            order -> order.send(OrderEvent.DELIVERED)),
    BUYER_CONFIRMS(
            in(PAID, SHIPPED, DELIVERED_NOT_CONFIRMED, RECEIVED),
            message(scene -> Command.confirmReceipt(scene.orderNo())),
            order -> order.send(OrderEvent.RECEIVED)),
    CLERK_CONFIRMS(
            in(SHIPPED, DELIVERED_NOT_CONFIRMED),
            task("order", "UserTask_ConfirmReceipt", "service", Map.of()),
            order -> order.complete(OrderEvent.RECEIVED, null)),
    RECEIPT_OVERDUE(
            in(SHIPPED, DELIVERED_NOT_CONFIRMED),
            timer("order", "BoundaryEvent_ReceiptOverdue"),
            order -> order.fire(OrderEvent.RECEIVED, null, OrderStatus.SHIPPED, OrderStatus.AWAITING_RECEIPT)),
    REVIEW(
            in(SHIPPED, DELIVERED_NOT_CONFIRMED, RECEIVED),
            message(scene -> Command.submitReview(scene.orderNo())),
            order -> order.send(OrderEvent.REVIEWED)),
    REVIEW_WINDOW_CLOSED(
            in(RECEIVED),
            timer("order", "BoundaryEvent_ReviewWindowClosed"),
            order -> order.fire(OrderEvent.COMPLETED, null, OrderStatus.RECEIVED)),
    REFUND_SETTLED(
            in(PAID_TWICE, CANCELLED_REFUND_OPEN, CANCELLED_REFUND_WITH_FINANCE),
            refundMessage(Command::refundSettled),
            Expected::settle),
    REFUND_FAILED(
            in(PAID_TWICE, CANCELLED_REFUND_OPEN, CANCELLED_REFUND_WITH_FINANCE),
            refundMessage(Command::refundFailed),
            Expected::failRefund),
    REFUND_OVERDUE(
            in(PAID_TWICE, CANCELLED_REFUND_OPEN),
            (node, scene) -> node.timer("refund", node.refund(scene), "BoundaryEvent_RefundOverdue"),
            Expected::refundOverdue),
    FINANCE_REFUNDS_BY_HAND(
            in(CANCELLED_REFUND_WITH_FINANCE),
            (node, scene) -> node.task(
                    "refund",
                    node.refund(scene),
                    "UserTask_RefundByHand",
                    "finance",
                    Map.of("providerReference", "SEPA 1")),
            Expected::refundByHand),
    STOCK_ADJUSTED(
            in(NOT_PLACED, PAID_EARLY, PLACED, PART_PAID, HELD, PAID, SHIPPED),
            message(scene ->
                    Command.stockAdjusted(scene.sku(), Expected.COUNTED, Instant.parse("2026-11-22T07:00:00Z"))),
            Expected::count);

    private final Set<Situation> situations;
    private final Act act;
    private final Function<Expected, String> rule;

    Rival(Set<Situation> situations, Act act, Function<Expected, String> rule) {
        this.situations = situations;
        this.act = act;
        this.rule = rule;
    }

    Set<Situation> situations() {
        return situations;
    }

    /** Looks up what it needs, and gives what is to be done then; doing it gives the answer. */
    Callable<String> ready(Node node, Scene scene) {
        return act.ready(node, scene);
    }

    /** The answer it must get of the order, which is changed as it must change. */
    String expect(Expected order) {
        return rule.apply(order);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Command thePayment(Scene scene) {
        return payment(scene, Expected.TOTAL).with("paymentId", scene.paymentId());
    }

    private static Command payment(Scene scene, long amount) {
        return Command.paymentCaptured(scene.orderNo(), amount).with("currency", scene.currency());
    }

    private static Act message(Function<Scene, Command> command) {
        return (node, scene) -> {
            Command ready = command.apply(scene);
            return () -> node.send(ready);
        };
    }

    private static Act refundMessage(RefundMessage message) {
        return (node, scene) -> {
            Command ready = message.about(scene.orderNo(), node.refund(scene));
            return () -> node.send(ready);
        };
    }

    private static Act timer(String model, String id) {
        return (node, scene) -> node.timer(model, scene.orderNo(), id);
    }

    private static Act task(String model, String id, String group, Map<String, Object> form) {
        return (node, scene) -> node.task(model, scene.orderNo(), id, group, form);
    }

    private static Set<Situation> in(Situation first, Situation... more) {
        return EnumSet.of(first, more);
    }

    private interface Act {
        Callable<String> ready(Node node, Scene scene);
    }

    private interface RefundMessage {
        Command about(String orderNo, String refundId);
    }
}
