package dev.orderflow.operations;

import dev.orderflow.retention.Kind;
import dev.orderflow.retention.Retention.Looked;
import dev.orderflow.retention.Retention.Removed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Counts what this node removed because it was old, and shows how long ago it looked. */
@Component
class RetentionMeter {

    private final Map<Kind, Counter> removed = new EnumMap<>(Kind.class);
    private volatile long looked = System.nanoTime();

    RetentionMeter(MeterRegistry registry) {
        for (Kind kind : Kind.values()) {
            removed.put(
                    kind,
                    Counter.builder("orderflow.retention.removed")
                            .description("Rows that were removed because they were old")
                            .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        TimeGauge.builder("orderflow.retention.age", this, TimeUnit.SECONDS, RetentionMeter::age)
                .description("How long ago this node last looked for what is old, or started")
                .register(registry);
    }

    @EventListener
    void count(Removed rows) {
        Objects.requireNonNull(removed.get(rows.kind())).increment(rows.rows());
    }

    @EventListener
    void note(Looked event) {
        looked = System.nanoTime();
    }

    private double age() {
        return (System.nanoTime() - looked) / 1e9;
    }
}
