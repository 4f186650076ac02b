package dev.orderflow.operations;

import dev.orderflow.order.OrderStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import org.springframework.stereotype.Component;

/** Shows the last reading as gauges. Every node shows the same database, so whoever sums over nodes counts double: take the largest. */
@Component
class Gauges implements MeterBinder {

    private final Readings readings;

    Gauges(Readings readings) {
        this.readings = readings;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (OrderStatus status : OrderStatus.values()) {
            if (status != OrderStatus.COMPLETED && status != OrderStatus.CANCELLED) {
                gauge(
                                "orderflow.orders",
                                "Orders that go on, by status",
                                r -> r.orders().getOrDefault(status, 0L))
                        .tag("status", status.name())
                        .register(registry);
            }
        }
        gauge(
                        "orderflow.relay.waiting",
                        "Events the broker has not confirmed, 100000 at most",
                        r -> r.backlog().events())
                .register(registry);
        gauge(
                        "orderflow.relay.lag",
                        "How long the oldest of them waits",
                        r -> r.backlog().age().toMillis() / 1e3)
                .baseUnit("seconds")
                .register(registry);
        gauge(
                        "orderflow.parked",
                        "Messages that wait for their order, 100000 at most",
                        r -> r.backlog().parked())
                .register(registry);
        gauge(
                        "orderflow.parked.oldest",
                        "How long the oldest of them waits",
                        r -> r.backlog().parkedAge().toMillis() / 1e3)
                .baseUnit("seconds")
                .register(registry);
        gauge(
                        "orderflow.dead.letters",
                        "Dead letters that somebody should look at",
                        r -> r.backlog().deadLetters())
                .register(registry);
        gauge("orderflow.timers.overdue", "Timers that are late", Reading::overdueTimers)
                .register(registry);
        gauge(
                        "orderflow.timers.overdue.oldest",
                        "How late the latest of them is",
                        r -> r.overdue().toMillis() / 1e3)
                .baseUnit("seconds")
                .register(registry);
        gauge("orderflow.incidents", "Jobs of the engine that gave up and wait for a person", Reading::incidents)
                .register(registry);
        gauge(
                        "orderflow.payments.unassigned",
                        "Captured money that waits for its order or for finance",
                        Reading::unassignedPayments)
                .register(registry);
    }

    /** Without a reading there is no number, and none is better than a wrong one. */
    private Gauge.Builder<Readings> gauge(String name, String description, ToDoubleFunction<Reading> value) {
        return Gauge.builder(
                        name, readings, r -> r.last().map(value::applyAsDouble).orElse(Double.NaN))
                .description(description);
    }
}
