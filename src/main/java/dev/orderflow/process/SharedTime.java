package dev.orderflow.process;

import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Sets the engine's clock by the database's where the machine's is off: one node writes when a timer is due and another fires it, so
 * a node that is minutes ahead would cancel orders that were just placed.
 */
@Component
class SharedTime implements InitializingBean, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(SharedTime.class);

    private static final Duration TOLERANCE = Duration.ofMillis(500);
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final JdbcClient jdbc;
    private final Clock machine;
    private final ScheduledThreadPoolExecutor worker =
            new ScheduledThreadPoolExecutor(1, new CustomizableThreadFactory("shared-time-"));

    private Duration applied = Duration.ZERO;

    @Autowired
    SharedTime(JdbcClient jdbc) {
        this(jdbc, Clock.systemUTC());
    }

    SharedTime(JdbcClient jdbc, Clock machine) {
        this.jdbc = jdbc;
        this.machine = machine;
    }

    @Override
    public void afterPropertiesSet() {
        adjust();
        worker.scheduleWithFixedDelay(this::adjustLater, INTERVAL.toSeconds(), INTERVAL.toSeconds(), TimeUnit.SECONDS);
    }

    private void adjustLater() {
        try {
            adjust();
        } catch (DataAccessException | TransactionException outage) {
            LOG.debug("the database's time is asked again in {}", INTERVAL, outage);
        }
    }

    /** Where both clocks agree, as they should, nothing is touched: a clock that was set on purpose stays set. */
    void adjust() {
        long before = machine.millis();
        long shared = jdbc.sql("select clock_timestamp()")
                .query(OffsetDateTime.class)
                .single()
                .toInstant()
                .toEpochMilli();
        long after = machine.millis();
        Duration offset = Duration.ofMillis(shared - (before + after) / 2);
        if (after - before < TOLERANCE.toMillis() && offset.minus(applied).abs().compareTo(TOLERANCE) > 0) {
            LOG.warn("this machine's clock is off; the engine's is set by the database's, which differs by {}", offset);
            ClockUtil.offset(offset.toMillis());
            applied = offset;
        }
    }

    @Override
    public void destroy() {
        worker.shutdownNow();
    }
}
