package dev.orderflow.operations;

import dev.orderflow.messaging.Backlog;
import dev.orderflow.order.OrderStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
 * Asks the database what operators want to know, on a thread of its own: a scrape or a probe only looks at the last reading, costs the
 * database nothing, and is answered also while the database is down. Every statement reads an index of what is open.
 */
@Component
class Readings implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Readings.class);

    private static final int LONGEST_SECONDS = 5;
    private static final int SHARE = 50; // a reading takes at most one part in so many of the time
    private static final Duration GOES_STALE = Duration.ofMinutes(2);

    private final JdbcClient jdbc;
    private final Backlog backlog;
    private final Clock clock;
    private final WatchProperties properties;
    private final TransactionTemplate transaction;

    private volatile @Nullable Taken last;
    private volatile @Nullable ScheduledThreadPoolExecutor worker;

    Readings(
            JdbcClient jdbc,
            Backlog backlog,
            Clock clock,
            WatchProperties properties,
            PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.backlog = backlog;
        this.clock = clock;
        this.properties = properties;
        this.transaction = new TransactionTemplate(transactions);
        this.transaction.setReadOnly(true);
        this.transaction.setTimeout(LONGEST_SECONDS);
    }

    /** The last reading; empty if there is none, or none that is worth anything any more. */
    Optional<Reading> last() {
        Taken taken = last;
        Duration old = properties.every().multipliedBy(3).plus(GOES_STALE);
        return taken == null || System.nanoTime() - taken.nanos() > old.toNanos() + taken.pauseNanos()
                ? Optional.empty()
                : Optional.of(taken.reading());
    }

    /** Asks now. */
    Reading take() {
        long start = System.nanoTime();
        Reading reading = transaction.execute(status -> read());
        long end = System.nanoTime();
        long pause = Math.max(properties.every().toNanos(), (end - start) * SHARE);
        last = new Taken(reading, end, pause);
        return reading;
    }

    private Reading read() {
        Map<OrderStatus, Long> orders = new EnumMap<>(OrderStatus.class);
        for (OrderStatus status : OrderStatus.values()) {
            if (status != OrderStatus.COMPLETED && status != OrderStatus.CANCELLED) {
                orders.put(status, 0L);
            }
        }
        jdbc.sql("select status, count(*) as orders from orders where status in (:open) group by status")
                .param("open", orders.keySet().stream().map(Enum::name).toList())
                .query(row -> {
                    orders.put(OrderStatus.valueOf(row.getString("status")), row.getLong("orders"));
                });
        return jdbc.sql("""
                        select (select count(*) from (%1$s limit :most) j) as overdue_timers, (%1$s limit 1) as oldest,
                               (select count(*) from act_ru_incident) as incidents,
                               (select count(*) from (select from payment where effect = 'UNASSIGNED' and refunded = 0
                                                      limit :most) p) as unassigned
                        """.formatted("""
                                select duedate_ from act_ru_job
                                where duedate_ < :due and retries_ > 0 and suspension_state_ = 1 and type_ = 'timer'
                                order by duedate_
                                """))
                .param("due", Timestamp.from(clock.instant().minus(properties.timer())))
                .param("most", Backlog.MOST)
                .query((row, i) -> reading(orders, row))
                .single();
    }

    private Reading reading(Map<OrderStatus, Long> orders, ResultSet row) throws SQLException {
        Timestamp oldest = row.getTimestamp("oldest");
        Instant now = clock.instant();
        return new Reading(
                orders,
                backlog.lag(),
                row.getLong("overdue_timers"),
                oldest == null ? Duration.ZERO : Duration.between(oldest.toInstant(), now),
                row.getLong("incidents"),
                row.getLong("unassigned"));
    }

    private void takeAndGoOn(ScheduledThreadPoolExecutor thread) {
        long pause = properties.every().toNanos();
        try {
            take();
            Taken taken = last;
            pause = taken == null ? pause : taken.pauseNanos();
        } catch (RuntimeException failure) {
            LOG.debug("the database could not be read for operators", failure); // its own health says so loudly
        }
        if (!thread.isShutdown()) {
            thread.schedule(() -> takeAndGoOn(thread), pause, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void start() {
        var started = new ScheduledThreadPoolExecutor(1, new CustomizableThreadFactory("readings-"));
        started.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        started.setRejectedExecutionHandler(new ScheduledThreadPoolExecutor.DiscardPolicy());
        started.execute(() -> takeAndGoOn(started));
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
            running.awaitTermination(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return worker != null;
    }

    private record Taken(Reading reading, long nanos, long pauseNanos) {}
}
