package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.world.World;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A job that fails is tried again for a while, then somebody is told which order stands still, why, and what to do. */
@OrderflowTest
class FailedJobTests {

    @Autowired
    World world;

    @Autowired
    RuntimeService runtime;

    @Autowired
    ManagementService management;

    @Autowired
    JdbcClient jdbc;

    @Test
    void an_incident_speaks_of_the_order_and_is_over_once_the_job_is_retried() {
        String orderNo = world.placed();
        reserve(orderNo, 0); // fewer than the order holds: giving them back breaks a rule of the table
        Duration[] pauses = {
            Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofMinutes(10)
        };

        for (Duration pause : pauses) {
            fail(payment(orderNo));
            assertThat(payment(orderNo).getDuedate())
                    .isCloseTo(new Date(System.currentTimeMillis() + pause.toMillis()), 4_000);
            assertThat(incidents(orderNo)).isEmpty();
        }
        fail(payment(orderNo));

        assertThat(payment(orderNo).getRetries()).isZero();
        assertThat(incidents(orderNo))
                .containsExactly(
                        "Order " + orderNo + " stands still: \"Payment overdue\" came, but"
                                + " \"Release stock\" failed, and nothing was changed. What is stored about it contradicts itself. The stack"
                                + " trace tells those who look after Orderflow more; have it repaired, then increment the retries.");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.PENDING_PAYMENT);

        reserve(orderNo, 2);
        management.setJobRetries(payment(orderNo).getId(), 1);
        world.fire(payment(orderNo));
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.CANCELLED);
    }

    @Test
    void an_incident_is_over_when_its_job_has_run_whoever_gave_it_new_retries() {
        String orderNo = world.paid();
        Job reminder = world.timer("order", orderNo, "BoundaryEvent_ShipmentOverdue");
        management.setJobRetries(reminder.getId(), 0);
        assertThat(incidents(orderNo)).isNotEmpty();

        management.setJobRetriesByJobDefinitionId(reminder.getJobDefinitionId(), 1);
        world.fire(reminder);

        assertThat(incidents(orderNo)).isEmpty();
    }

    @Test
    void an_order_in_another_status_than_its_process_is_named_with_it() {
        String orderNo = world.placed();
        jdbc.sql("update orders set status = 'SHIPPED' where order_no = ?")
                .param(orderNo)
                .update();

        fail(payment(orderNo));

        assertThat(payment(orderNo).getExceptionMessage())
                .contains("Order " + orderNo + " is SHIPPED; OrderCancelled needs ", "increment the retries")
                .doesNotContain("dev.orderflow");
        jdbc.sql("update orders set status = 'PENDING_PAYMENT' where order_no = ?")
                .param(orderNo)
                .update();
    }

    private void fail(Job job) {
        assertThatThrownBy(() -> world.fire(job)).isNotNull();
    }

    private Job payment(String orderNo) {
        return world.timer("order", orderNo, "BoundaryEvent_PaymentOverdue");
    }

    private List<String> incidents(String orderNo) {
        return runtime
                .createIncidentQuery()
                .processInstanceId(world.running("order", orderNo).getId())
                .list()
                .stream()
                .map(Incident::getIncidentMessage)
                .toList();
    }

    private void reserve(String orderNo, int pieces) {
        jdbc.sql("update stock set reserved = :pieces where sku = :sku")
                .param("pieces", pieces)
                .param("sku", world.sku(orderNo))
                .update();
    }
}
