package dev.orderflow.retention;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/** Looks now and then for what is old and removes it, a little at a time, so that traffic does not notice. */
@Component
@EnableConfigurationProperties(RetentionProperties.class)
public class Retention implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private static final int STOP_SECONDS = 5;

    private final OldRows rows;
    private final RetentionProperties properties;
    private final ApplicationEventPublisher signals;

    private volatile @Nullable ScheduledThreadPoolExecutor worker;

    Retention(OldRows rows, RetentionProperties properties, ApplicationEventPublisher signals) {
        this.rows = rows;
        this.properties = properties;
        this.signals = signals;
    }

    /** Removes all that is old, as far as nobody works with it. */
    void run() throws InterruptedException {
        for (Kind kind : Kind.values()) {
            int removed = rows.removeBatch(kind);
            while (removed > 0) {
                signals.publishEvent(new Removed(kind, removed));
                TimeUnit.MILLISECONDS.sleep(properties.pause().toMillis());
                removed = rows.removeBatch(kind);
            }
        }
        signals.publishEvent(new Looked());
    }

    private void runQuietly() {
        try {
            run();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.warn("what is old is removed in {} or later: {}", properties.every(), failure.toString());
        }
    }

    @Override
    public void start() {
        var started = new ScheduledThreadPoolExecutor(1, new CustomizableThreadFactory("retention-"));
        started.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        long every = properties.every().toMillis();
        started.scheduleWithFixedDelay(this::runQuietly, every, every, TimeUnit.MILLISECONDS);
        worker = started;
    }

    @Override
    public void stop() {
        ScheduledThreadPoolExecutor running = worker;
        worker = null;
        if (running == null) {
            return;
        }
        running.shutdownNow(); // between two batches; one that is cut off is rolled back
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

    /** Published after rows were removed. */
    public record Removed(Kind kind, int rows) {}

    /** Published when nothing old is left that this node could remove. */
    public record Looked() {}
}
