package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.orderflow.embedded.OrderflowTest;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** All nodes have the database's time, whatever their own clocks say. */
@OrderflowTest
class SharedTimeTests {

    private static final Duration OFF = Duration.ofMinutes(3);

    @Autowired
    JdbcClient jdbc;

    private final Clock right = Clock.systemUTC();

    @AfterEach
    void reset() {
        ClockUtil.reset();
    }

    @Test
    void a_machine_that_is_ahead_is_set_back() {
        new SharedTime(jdbc, Clock.offset(right, OFF)).adjust();

        assertThat(ClockUtil.getCurrentTime().toInstant())
                .isCloseTo(right.instant().minus(OFF), within(2, ChronoUnit.SECONDS));
    }

    @Test
    void a_machine_that_is_behind_is_set_forward() {
        new SharedTime(jdbc, Clock.offset(right, OFF.negated())).adjust();

        assertThat(ClockUtil.getCurrentTime().toInstant())
                .isCloseTo(right.instant().plus(OFF), within(2, ChronoUnit.SECONDS));
    }

    @Test
    void a_machine_whose_clock_is_right_is_left_alone() {
        ClockUtil.offset(OFF.toMillis()); // as a test or a replay does

        new SharedTime(jdbc, right).adjust();

        assertThat(ClockUtil.getCurrentTime().toInstant())
                .isCloseTo(right.instant().plus(OFF), within(2, ChronoUnit.SECONDS));
    }
}
