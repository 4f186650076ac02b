package dev.orderflow.operations;

import dev.orderflow.web.Invariants;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Checks the invariants now and then, which reads whole tables, on one node at a time: whoever gets the lock checks and shows what it
 * found, the others show nothing. A check that takes long is made less often.
 */
@Component
class InvariantsWatch implements MeterBinder, SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(InvariantsWatch.class);

    private static final int SHARE = 50; // a check takes at most one part in so many of the time
    private static final int STOP_SECONDS = 2;

    private final Invariants invariants;
    private final JdbcClient jdbc;
    private final WatchProperties properties;
    private final TransactionTemplate transaction;

    private volatile @Nullable Check last;
    private volatile @Nullable ScheduledThreadPoolExecutor worker;

    InvariantsWatch(
            Invariants invariants,
            JdbcClient jdbc,
            WatchProperties properties,
            PlatformTransactionManager transactions) {
        this.invariants = invariants;
        this.jdbc = jdbc;
        this.properties = properties;
        this.transaction = new TransactionTemplate(transactions);
        // As the check itself asks for, which joins this transaction.
        this.transaction.setIsolationLevel(TransactionTemplate.ISOLATION_REPEATABLE_READ);
        this.transaction.setReadOnly(true);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("orderflow.invariants.broken", this, watch -> watch.show(Check::broken))
                .description("Sentences that do not hold, on the node that checked last")
                .register(registry);
        TimeGauge.builder("orderflow.invariants.age", this, TimeUnit.SECONDS, watch -> watch.show(Check::ageSeconds))
                .description("How long ago they were checked")
                .register(registry);
        TimeGauge.builder("orderflow.invariants.took", this, TimeUnit.SECONDS, watch -> watch.show(Check::seconds))
                .description("How long the check took")
                .register(registry);
    }

    private double show(ToDoubleFunction<Check> value) {
        Check check = last;
        return check == null ? Double.NaN : value.applyAsDouble(check);
    }

    /** Checks now, unless another node does. */
    void check() {
        long start = System.nanoTime();
        Invariants.Answer answer = transaction.execute(status -> lock() ? invariants.check() : null);
        if (answer == null) {
            last = null;
            return;
        }
        long end = System.nanoTime();
        last = new Check(answer.broken().size(), end, (end - start) / 1e9);
        if (!answer.ok()) {
            LOG.error("these must hold and do not: {}", answer.broken().keySet()); // the rows may be asked for
        }
    }

    private boolean lock() {
        return jdbc.sql(
                        "select pg_try_advisory_xact_lock(hashtext(current_schema()), hashtext('orderflow.invariants'))")
                .query(Boolean.class)
                .single();
    }

    private void checkAndGoOn(ScheduledThreadPoolExecutor thread) {
        long pause = properties.invariants().toNanos();
        try {
            check();
            Check check = last;
            pause = check == null ? pause : Math.max(pause, (long) (check.seconds() * 1e9) * SHARE);
        } catch (RuntimeException failure) {
            LOG.warn("the invariants could not be checked: {}", failure.toString());
        }
        if (!thread.isShutdown()) {
            thread.schedule(() -> checkAndGoOn(thread), pause, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void start() {
        var started = new ScheduledThreadPoolExecutor(1, new CustomizableThreadFactory("invariants-"));
        started.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        started.setRejectedExecutionHandler(new ScheduledThreadPoolExecutor.DiscardPolicy());
        long every = properties.invariants().toNanos();
        if (every > 0) {
            // Not at once: whoever restarts a large installation should not read all of it.
            started.schedule(() -> checkAndGoOn(started), every / 4, TimeUnit.NANOSECONDS);
        }
        worker = started;
    }

    @Override
    public void stop() {
        ScheduledThreadPoolExecutor running = worker;
        worker = null;
        if (running == null) {
            return;
        }
        running.shutdownNow();
        try {
            running.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return worker != null;
    }

    private record Check(int broken, long nanos, double seconds) {

        double ageSeconds() {
            return (System.nanoTime() - nanos) / 1e9;
        }
    }
}
