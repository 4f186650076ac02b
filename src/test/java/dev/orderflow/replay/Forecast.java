package dev.orderflow.replay;

import dev.orderflow.order.OrderStatus;
import dev.orderflow.replay.OlistOrder.Payment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the rules say must come of one order, worked out from the data alone: the design's rules once more, in a hundred lines,
 * without engine, database or broker. The replay compares.
 */
final class Forecast {

    /** How long what may take. */
    record Timers(Function<String, Duration> payment, Duration autoReceipt, Duration reviewWindow, Duration parking) {}

    private record Waiting(Step step, Instant expires) {}

    private record Alarm(Instant due, Runnable rings) {}

    private final OlistOrder order;
    private final Timers timers;
    private final Map<String, Fate> fates = new HashMap<>();
    private final List<Waiting> parked = new ArrayList<>();

    private @Nullable OrderStatus status;
    private long captured;
    private long kept;
    private @Nullable Instant due; // of the one timer that the present status has

    private Forecast(OlistOrder order, Timers timers) {
        this.order = order;
        this.timers = timers;
    }

    /** @param end when nobody looks at the clock any longer */
    static Forecast of(OlistOrder order, List<Step> steps, Timers timers, Instant end) {
        Forecast forecast = new Forecast(order, timers);
        for (Step step : steps) {
            forecast.pass(step.at());
            forecast.take(step);
        }
        forecast.pass(end);
        return forecast;
    }

    /** The order's last status, or empty if it was never placed. */
    Optional<OrderStatus> status() {
        return Optional.ofNullable(status);
    }

    Map<String, Fate> fates() {
        return fates;
    }

    long captured() {
        return captured;
    }

    /** What of the captured money stays with the shop. */
    long kept() {
        return kept;
    }

    private void pass(Instant until) {
        Optional<Alarm> next = nextAlarm();
        while (next.isPresent() && !next.get().due().isAfter(until)) {
            next.get().rings().run();
            next = nextAlarm();
        }
    }

    private Optional<Alarm> nextAlarm() {
        Stream<Alarm> waits = parked.stream().map(waiting -> new Alarm(waiting.expires(), () -> giveUp(waiting)));
        Stream<Alarm> timer = Stream.ofNullable(due).map(at -> new Alarm(at, () -> ring(at)));
        return Stream.concat(waits, timer).min(Comparator.comparing(Alarm::due));
    }

    private void giveUp(Waiting waiting) {
        parked.remove(waiting);
        fates.put(waiting.step().id(), Fate.PARKED_THEN_DEAD_LETTERED);
    }

    private void ring(Instant now) {
        switch (status == null ? OrderStatus.CANCELLED : status) {
            case PENDING_PAYMENT -> enter(OrderStatus.CANCELLED, now);
            case SHIPPED, AWAITING_RECEIPT -> enter(OrderStatus.RECEIVED, now);
            case RECEIVED -> enter(OrderStatus.COMPLETED, now);
            default -> due = null;
        }
    }

    private void take(Step step) {
        switch (step.type()) {
            case PLACE_ORDER -> place(step);
            case PAYMENT_CAPTURED -> capture(step);
            default -> {
                Fate fate = decide(step, step.at());
                fates.put(step.id(), fate);
                if (fate == Fate.PARKED) {
                    parked.add(new Waiting(step, step.at().plus(timers.parking())));
                }
            }
        }
    }

    private void place(Step step) {
        if (order.items().isEmpty()) {
            fates.put(step.id(), Fate.DEAD_LETTERED);
            return;
        }
        fates.put(step.id(), Fate.APPLIED);
        enter(OrderStatus.PENDING_PAYMENT, step.at());
        cover(captured, step.at());
    }

    private void capture(Step step) {
        long amount = amount(step);
        if (amount <= 0) {
            fates.put(step.id(), Fate.DEAD_LETTERED);
            return;
        }
        captured += amount;
        fates.put(step.id(), status == null ? Fate.PARKED : Fate.APPLIED);
        if (status == OrderStatus.PENDING_PAYMENT) {
            cover(amount, step.at());
        }
    }

    private long amount(Step step) {
        return order.payments().stream()
                .filter(payment -> step.id().endsWith("-" + payment.sequence()))
                .mapToLong(Payment::amount)
                .sum();
    }

    private void cover(long amount, Instant now) {
        kept += amount;
        if (kept >= order.total()) {
            kept = order.total();
            enter(OrderStatus.AWAITING_SHIPMENT, now);
        }
    }

    /** What comes of the step now; applies it if it applies. */
    private Fate decide(Step step, Instant now) {
        if (status == null) {
            return Fate.PARKED;
        }
        return switch (step.type()) {
            case SHIP_ORDER ->
                move(now, OrderStatus.AWAITING_SHIPMENT, OrderStatus.AWAITING_SHIPMENT, OrderStatus.SHIPPED);
            case SHIPMENT_DELIVERED ->
                move(now, OrderStatus.SHIPPED, OrderStatus.SHIPPED, OrderStatus.AWAITING_RECEIPT);
            case CONFIRM_RECEIPT -> move(now, OrderStatus.SHIPPED, OrderStatus.AWAITING_RECEIPT, OrderStatus.RECEIVED);
            case SUBMIT_REVIEW -> move(now, OrderStatus.RECEIVED, OrderStatus.RECEIVED, OrderStatus.COMPLETED);
            case CANCEL_ORDER ->
                move(now, OrderStatus.PENDING_PAYMENT, OrderStatus.AWAITING_SHIPMENT, OrderStatus.CANCELLED);
            default -> throw new IllegalArgumentException("no part of an order's story: " + step);
        };
    }

    private Fate move(Instant now, OrderStatus from, OrderStatus to, OrderStatus next) {
        int place = status == null ? 0 : status.ordinal();
        if (place > to.ordinal()) {
            return Fate.REFUSED;
        }
        if (place < from.ordinal()) {
            return Fate.PARKED;
        }
        enter(next, now);
        return Fate.APPLIED;
    }

    private void enter(OrderStatus next, Instant now) {
        status = next;
        due = switch (next) {
            case PENDING_PAYMENT -> now.plus(timers.payment().apply(order.method()));
            case SHIPPED -> now.plus(timers.autoReceipt());
            case AWAITING_RECEIPT -> due; // it runs from shipping on
            case RECEIVED -> now.plus(timers.reviewWindow());
            default -> null;
        };
        if (next == OrderStatus.CANCELLED) {
            kept = 0;
        }
        wakeParked(now);
    }

    private void wakeParked(Instant now) {
        OrderStatus before = status;
        for (Iterator<Waiting> waiting = List.copyOf(parked).iterator(); waiting.hasNext(); ) {
            Waiting next = waiting.next();
            if (!parked.contains(next)) {
                continue; // done with while another was applied
            }
            parked.remove(next);
            Fate fate = decide(next.step(), now);
            if (fate == Fate.PARKED) {
                parked.add(next);
            } else {
                fates.put(next.step().id(), fate.afterParking());
            }
            if (status != before) {
                return; // entering the new status has tried the rest
            }
        }
    }
}
