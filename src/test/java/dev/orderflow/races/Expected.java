package dev.orderflow.races;

import dev.orderflow.order.CancelReason;
import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.world.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must become of an order, from the transition function and the contract alone: it knows neither database nor engine. Every
 * method does what one rival wants, one after the other, and gives the answer that rival must get.
 */
final class Expected {

    static final long TOTAL = Command.total(Scene.PIECES);
    static final long HALF = 1_000;

    /** What a count finds: fewer than the order wants. */
    static final long COUNTED = 1;

    private final boolean held;
    private final Set<String> told = new HashSet<>();
    private final List<Long> waiting = new ArrayList<>();
    private final List<OrderEvent> parked = new ArrayList<>();
    private final List<Back> backs = new ArrayList<>();
    private @Nullable OrderStatus status;
    private @Nullable CancelReason reason;
    private final List<Long> kept = new ArrayList<>();
    private long onHand = Scene.IN_THE_HOUSE;
    private long reserved;
    private int failures;
    private int failuresParked;
    private int others;
    private int overdue;
    private boolean counted;
    private boolean withFinance;

    Expected(Situation situation) {
        this.held = situation.held();
        situation.before().forEach(rival -> rival.expect(this));
    }

    Sum sum() {
        return new Sum(
                status,
                reason,
                kept(),
                waiting.stream().mapToLong(Long::longValue).sum(),
                backs.stream().map(Back::toString).sorted().toList(),
                onHand,
                reserved,
                parked.size() + failuresParked,
                failures,
                overdue);
    }

    // Placing and paying.

    String place() {
        if (status != null) {
            return "REFUSED " + status;
        }
        status = OrderStatus.PENDING_PAYMENT;
        waiting.forEach(this::take);
        waiting.clear();
        if (onHand - reserved < Scene.PIECES) {
            cancel(CancelReason.OUT_OF_STOCK);
        } else {
            reserved += Scene.PIECES;
            release();
        }
        String answer = "APPLIED " + status;
        applyParked();
        return answer;
    }

    /** @param payment the same name again is the same payment again, but for "another" and halves, which are new every time */
    String pay(String payment, long amount) {
        String id = payment.equals("the payment") ? payment : payment + ++others;
        if (!told.add(id)) {
            return "DUPLICATE " + status;
        }
        if (status == null) {
            waiting.add(amount);
            return "PARKED null";
        }
        if (status == OrderStatus.PENDING_PAYMENT) {
            take(amount);
            release();
        } else {
            backs.add(new Back(amount));
        }
        String answer = "APPLIED " + status;
        applyParked();
        return answer;
    }

    private void take(long amount) {
        long wanted = Math.min(amount, TOTAL - kept());
        if (wanted > 0) {
            kept.add(wanted);
        }
        if (amount > wanted) {
            backs.add(new Back(amount - wanted));
        }
    }

    private long kept() {
        return kept.stream().mapToLong(Long::longValue).sum();
    }

    private void release() {
        if (kept() == TOTAL) {
            move(OrderEvent.PAID);
            if (!held) {
                move(OrderEvent.RELEASED);
            }
        }
    }

    String failPayment() {
        if (status == null) {
            failuresParked++;
            return "PARKED null";
        }
        failures++;
        return "APPLIED " + status;
    }

    String handMoneyToFinance() {
        if (status != null || waiting.isEmpty() || withFinance) {
            return "GONE";
        }
        withFinance = true;
        return "FIRED";
    }

    String sendUnassignedBack() {
        if (status != null || waiting.isEmpty() || !withFinance) {
            return "GONE";
        }
        backs.add(new Back(waiting.remove(0)));
        withFinance = false;
        return "DONE";
    }

    // The order's life.

    /** A message about the order. */
    String send(OrderEvent event) {
        if (status == null) {
            parked.add(event);
            return "PARKED null";
        }
        if (!status.allows(event)) {
            if (status.mayStillSee(event)) {
                parked.add(event);
                return "PARKED " + status;
            }
            return "REFUSED " + status;
        }
        apply(event, CancelReason.CUSTOMER);
        String answer = "APPLIED " + status;
        applyParked();
        return answer;
    }

    /** What a person does in a form. */
    String complete(OrderEvent event, @Nullable CancelReason why) {
        return happen(event, why, "DONE");
    }

    /** What a timer does that is there only while the order has one of these statuses. */
    String fire(OrderEvent event, @Nullable CancelReason why, OrderStatus... only) {
        return List.of(only).contains(status) ? happen(event, why, "FIRED") : "GONE";
    }

    private String happen(OrderEvent event, @Nullable CancelReason why, String answer) {
        if (status == null || !status.allows(event)) {
            return "GONE";
        }
        apply(event, why);
        applyParked();
        return answer;
    }

    String overdue() {
        if (status != OrderStatus.AWAITING_SHIPMENT || overdue > 0) {
            return "GONE";
        }
        overdue++;
        return "FIRED";
    }

    private void apply(OrderEvent event, @Nullable CancelReason why) {
        switch (event) {
            case CANCELLED -> {
                reserved -= Scene.PIECES;
                cancel(why);
            }
            case SHIPPED -> {
                move(event);
                reserved -= Scene.PIECES;
                onHand = Math.max(onHand - Scene.PIECES, 0);
            }
            case REVIEWED -> {
                move(event);
                move(OrderEvent.COMPLETED);
            }
            default -> move(event);
        }
    }

    private void cancel(@Nullable CancelReason why) {
        move(OrderEvent.CANCELLED);
        reason = why;
        kept.forEach(amount -> backs.add(new Back(amount)));
        kept.clear();
    }

    private void move(OrderEvent event) {
        status = status.next(event).orElseThrow();
    }

    private void applyParked() {
        failures += failuresParked;
        failuresParked = 0;
        List<OrderEvent> waited = List.copyOf(parked);
        parked.clear();
        waited.forEach(this::send);
        if (parked.size() < waited.size() && !parked.isEmpty()) {
            applyParked();
        }
    }

    // Money on its way back, and stock.

    String settle() {
        if (backs.get(0).is("SETTLED")) {
            return "DUPLICATE " + status;
        }
        backs.set(0, backs.get(0).now("SETTLED"));
        return "APPLIED " + status;
    }

    String failRefund() {
        if (backs.get(0).is("SETTLED")) {
            return "REFUSED " + status;
        }
        if (backs.get(0).is("ESCALATED")) {
            return "DUPLICATE " + status;
        }
        backs.set(0, backs.get(0).now("ESCALATED"));
        return "APPLIED " + status;
    }

    String refundOverdue() {
        if (!backs.get(0).is("REQUESTED")) {
            return "GONE";
        }
        backs.set(0, backs.get(0).now("ESCALATED"));
        return "FIRED";
    }

    String refundByHand() {
        if (!backs.get(0).is("ESCALATED")) {
            return "GONE";
        }
        backs.set(0, backs.get(0).now("SETTLED"));
        return "DONE";
    }

    String count() {
        if (counted) {
            return "DUPLICATE null";
        }
        counted = true;
        onHand = COUNTED;
        return "APPLIED null";
    }

    private record Back(long amount, String status) {

        Back(long amount) {
            this(amount, "REQUESTED");
        }

        boolean is(String other) {
            return status.equals(other);
        }

        Back now(String other) {
            return new Back(amount, other);
        }

        @Override
        public String toString() {
            return amount + " " + status;
        }
    }

    /**
     * What there is to see of an order in numbers.
     *
     * @param kept captured for the order and not on its way back
     * @param waiting captured, and waiting for the order
     * @param backs the refunds, each its amount and status
     * @param parked how many messages wait in the inbox
     * @param failures how many payments failed
     * @param overdue how often its shipment was called overdue
     */
    record Sum(
            @Nullable OrderStatus status,
            @Nullable CancelReason reason,
            long kept,
            long waiting,
            List<String> backs,
            long onHand,
            long reserved,
            long parked,
            long failures,
            long overdue) {}
}
