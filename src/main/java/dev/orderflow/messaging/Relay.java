package dev.orderflow.messaging;

import dev.orderflow.order.Timeline.Recorded;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Publishes what was committed, at least once and in order per subject. On every node one thread stands ready; the one whose
 * connection holds the lock works, the others try for it. Nothing that the database or the broker does ends the thread: it reports
 * once, waits, and goes on from the first event that is not marked.
 */
@Component
class Relay implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private static final int DEAD_LETTERS = 10; // at a time: each may be large
    private static final Duration LONGEST_STOP = Duration.ofSeconds(15);
    private static final Duration BEYOND_CONFIRMS = Duration.ofSeconds(5);

    private final RelayConnections connections;
    private final Publisher publisher;
    private final Clock clock;
    private final MessagingProperties properties;

    private final Semaphore signals = new Semaphore(0);
    private final ExponentialBackOff backOff = backOff();
    private volatile CountDownLatch stopped = new CountDownLatch(0);
    private @Nullable Thread thread;

    private @Nullable BackOffExecution trouble;
    private long lastLook;
    /** Nothing waits for dead letters, so they are looked for only as often as an idle relay looks for events. */
    private long lastDeadLetters = System.nanoTime();

    Relay(RelayConnections connections, Publisher publisher, Clock clock, MessagingProperties properties) {
        this.connections = connections;
        this.publisher = publisher;
        this.clock = clock;
        this.properties = properties;
    }

    private static ExponentialBackOff backOff() {
        var backOff = new ExponentialBackOff(200, 2);
        backOff.setMaxInterval(5_000);
        return backOff;
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void wake(Recorded recorded) {
        if (signals.availablePermits() == 0) { // one is enough, and where another node publishes nobody takes them
            signals.release();
        }
    }

    private void run() {
        while (!isStopped()) {
            String reason = lead();
            if (reason != null) {
                rest(reason, 2 * properties.relayTakeover().toMillis());
            }
        }
    }

    /**
     * Publishes as long as it goes well. Who fails twice in a row lets go of the lock and rests for long enough that another takes
     * it: that one may have a network that works.
     *
     * @return what went wrong; null if this node stops
     */
    private @Nullable String lead() {
        try (Outbox outbox = new Outbox(connections.open(), clock, silence())) {
            while (!isStopped() && !outbox.lead()) {
                restFor(properties.relayTakeover().toMillis());
            }
            while (!isStopped()) {
                String reason = publish(outbox);
                if (reason != null && trouble != null) {
                    return reason;
                } else if (reason != null) {
                    rest(reason, 0);
                }
            }
            return null;
        } catch (SQLException | RuntimeException failure) {
            return failure.toString();
        }
    }

    /** How long who publishes may say nothing to the database: for longer than the broker may take. */
    private Duration silence() {
        return properties.confirmTimeout().plus(BEYOND_CONFIRMS);
    }

    private @Nullable String publish(Outbox outbox) {
        lastLook = System.nanoTime();
        List<OutgoingEvent> events = outbox.events(properties.relayBatch());
        String reason = publishEvents(outbox, events);
        if (reason == null
                && lastLook - lastDeadLetters >= properties.relayPoll().toNanos()) {
            reason = publishDeadLetters(outbox);
        }
        if (reason == null) {
            recovered();
            if (events.size() < properties.relayBatch()) {
                awaitSignal();
            }
        }
        return reason;
    }

    private @Nullable String publishEvents(Outbox outbox, List<OutgoingEvent> events) {
        if (events.isEmpty()) {
            return null;
        }
        Publisher.Batch<OutgoingEvent> batch = publisher.publishEvents(events);
        if (!batch.confirmed().isEmpty()) {
            outbox.markEvents(batch.confirmed());
        }
        return batch.trouble();
    }

    private @Nullable String publishDeadLetters(Outbox outbox) {
        List<OutgoingDeadLetter> deadLetters = outbox.deadLetters(DEAD_LETTERS);
        if (deadLetters.size() < DEAD_LETTERS) {
            lastDeadLetters = lastLook;
        }
        if (deadLetters.isEmpty()) {
            return null;
        }
        Publisher.Batch<OutgoingDeadLetter> batch = publisher.publishDeadLetters(deadLetters);
        if (!batch.confirmed().isEmpty()) {
            outbox.markDeadLetters(batch.confirmed());
        }
        return batch.trouble();
    }

    /** Reports the first of a row of troubles and waits, longer each time. */
    private void rest(String reason, long atLeastMillis) {
        if (trouble == null) {
            LOG.warn("events wait, nothing is lost: {}", reason);
            trouble = backOff.start();
        }
        restFor(Math.max(trouble.nextBackOff(), atLeastMillis));
    }

    private void recovered() {
        if (trouble != null) {
            LOG.info("events go out again");
            trouble = null;
        }
    }

    private void restFor(long millis) {
        try {
            stopped.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who looks again too soon finds too little: what comes within a moment goes out together. */
    private void awaitSignal() {
        try {
            if (signals.tryAcquire(properties.relayPoll().toMillis(), TimeUnit.MILLISECONDS)) {
                long pause = lastLook + properties.relayPause().toNanos() - System.nanoTime();
                if (pause > 0) {
                    stopped.await(pause, TimeUnit.NANOSECONDS);
                }
                signals.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isStopped() {
        return stopped.getCount() == 0 || Thread.currentThread().isInterrupted();
    }

    @Override
    public synchronized void start() {
        stopped = new CountDownLatch(1);
        thread = new Thread(this::run, "relay");
        thread.setDaemon(true); // being cut off costs a repetition, never an event
        thread.start();
    }

    /** Lets the batch in flight finish. */
    @Override
    public synchronized void stop() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        stopped.countDown();
        signals.release();
        try {
            running.join(LONGEST_STOP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.interrupt();
        thread = null;
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }

    @Override
    public int getPhase() {
        return Phases.RELAY;
    }
}
