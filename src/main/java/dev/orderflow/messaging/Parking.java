package dev.orderflow.messaging;

import dev.orderflow.order.Orders.OrderMoved;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * When parked messages are tried: as soon as their order has moved and that is committed, on a thread of its own. A regular look
 * finds what a node missed because it died in between, and what has waited too long.
 */
@Component
class Parking implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Parking.class);

    private static final int PAGE = 500; // one look stays cheap, however much waits
    private static final int STOP_SECONDS = 10;

    private final ParkedMessages messages;
    private final ParkedRows rows;
    private final MessagingProperties properties;

    private volatile @Nullable ScheduledThreadPoolExecutor worker;
    private String looked = ""; // the order number the last look ended at

    Parking(ParkedMessages messages, ParkedRows rows, MessagingProperties properties) {
        this.messages = messages;
        this.rows = rows;
        this.properties = properties;
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void wake(OrderMoved moved) {
        ScheduledThreadPoolExecutor running = worker;
        if (running != null) {
            try {
                running.execute(() -> apply(moved.orderNo()));
            } catch (RejectedExecutionException stopping) {
                LOG.debug("{} is left to the next look", moved.orderNo());
            }
        }
    }

    private void look() {
        try {
            rows.expired(PAGE).forEach(messages::expire);
            List<ParkedRows.Waiting> page = rows.page(looked, PAGE);
            looked = page.size() < PAGE ? "" : page.get(page.size() - 1).orderNo();
            page.stream()
                    .filter(ParkedRows.Waiting::moved)
                    .map(ParkedRows.Waiting::orderNo)
                    .distinct()
                    .forEach(this::apply);
        } catch (RuntimeException failure) {
            LOG.warn("parked messages are looked at again in {}: {}", properties.parkingPoll(), failure.toString());
        }
    }

    private void apply(String orderNo) {
        try {
            messages.apply(orderNo);
        } catch (RuntimeException failure) {
            LOG.warn("messages parked for {} are tried again at the next look: {}", orderNo, failure.toString());
        }
    }

    @Override
    public void start() {
        var started = new ScheduledThreadPoolExecutor(1, new CustomizableThreadFactory("parking-"));
        started.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        long poll = properties.parkingPoll().toMillis();
        started.scheduleWithFixedDelay(this::look, poll, poll, TimeUnit.MILLISECONDS);
        worker = started;
    }

    @Override
    public void stop() {
        ScheduledThreadPoolExecutor running = worker;
        worker = null;
        if (running == null) {
            return;
        }
        running.shutdown();
        try {
            if (!running.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                running.shutdownNow();
            }
        } catch (InterruptedException e) {
            running.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return worker != null;
    }

    @Override
    public int getPhase() {
        return Phases.PARKING;
    }
}
