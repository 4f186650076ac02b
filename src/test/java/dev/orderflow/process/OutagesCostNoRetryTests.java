package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.world.World;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A timer outlives any number of outages, and a fault of its own is not tried for ever. */
@OrderflowTest
class OutagesCostNoRetryTests {

    private static final String CONNECTION_ENDED_BY_ADMINISTRATOR = "57P01";
    private static final String RAISED = "P0001";
    private static final int RETRIES = 5;

    @Autowired
    World world;

    @Autowired
    ManagementService management;

    @Autowired
    JdbcClient jdbc;

    private String orderNo;
    private Job timer;

    @BeforeEach
    void place() {
        orderNo = world.placed();
        timer = world.timer("order", orderNo, "BoundaryEvent_PaymentOverdue");
    }

    @AfterEach
    void heal() {
        jdbc.sql("drop trigger if exists fails on orders").update();
    }

    @Test
    void a_timer_that_meets_outages_keeps_its_retries_and_fires_in_the_end() {
        breakWith(CONNECTION_ENDED_BY_ADMINISTRATOR);
        for (int i = 0; i <= RETRIES; i++) {
            assertThatThrownBy(() -> world.fire(timer)).isNotNull();
        }

        assertThat(retries()).isEqualTo(RETRIES);
        assertThat(management
                        .createJobQuery()
                        .jobId(timer.getId())
                        .singleResult()
                        .getExceptionMessage())
                .startsWith("Order " + orderNo + " stands still")
                .contains("It is tried again by itself");

        heal();
        world.fire(timer);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.CANCELLED);
    }

    @Test
    void a_timer_that_fails_by_itself_uses_its_retries_up() {
        breakWith(RAISED);
        for (int i = 0; i < RETRIES; i++) {
            assertThatThrownBy(() -> world.fire(timer)).isNotNull();
        }

        assertThat(retries()).isZero();

        heal();
        world.fire(timer);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.CANCELLED);
    }

    private int retries() {
        return management.createJobQuery().jobId(timer.getId()).singleResult().getRetries();
    }

    /** From now on whatever changes the order meets this. */
    private void breakWith(String state) {
        jdbc.sql("""
                        create or replace function fails() returns trigger language plpgsql as
                        'begin raise exception using errcode = tg_argv[1], message = ''broken by the test''; end'
                        """).update();
        jdbc.sql("""
                        create trigger fails before update on orders for each row
                        when (old.order_no = '%s') execute function fails('', '%s')
                        """.formatted(orderNo, state)).update();
    }
}
