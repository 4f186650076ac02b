package dev.orderflow.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.operations.HealthTests.NoBroker;
import dev.orderflow.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.health.HealthEndpointGroups;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.transaction.support.TransactionTemplate;

/** A node whose broker is away, and that is asked how it is. */
@OrderflowTest
@ContextConfiguration(initializers = {OrderflowTest.Services.class, NoBroker.class})
class HealthTests {

    @LocalServerPort
    int port;

    @Autowired
    World world;

    @Autowired
    Readings readings;

    @Autowired
    HealthEndpoint health;

    @Autowired
    HealthEndpointGroups groups;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transaction;

    @Test
    void a_broker_that_is_away_takes_no_node_out_of_service() {
        assertThat(health.healthForPath("rabbit").getStatus()).isEqualTo(Status.DOWN);

        assertThat(Scrape.get(port, "/actuator/health/readiness", "").statusCode())
                .isEqualTo(200);
        assertThat(Scrape.get(port, "/actuator/health/liveness", "").statusCode())
                .isEqualTo(200);
        assertThat(Scrape.get(port, "/actuator/health", "").statusCode()).isEqualTo(503);
        String orderNo = world.paid();
        assertThat(world.timeline(orderNo)).contains("OrderReleased");
    }

    @Test
    void whether_a_node_lives_depends_on_nothing_outside() {
        assertThat(groups.get("liveness").isMember("livenessState")).isTrue();
        assertThat(groups.get("readiness").isMember("db")).isTrue();
        for (String outside :
                new String[] {"db", "rabbit", "relay", "parked", "timers", "deadLetters", "processEngine", "diskSpace"
                }) {
            assertThat(groups.get("liveness").isMember(outside)).as(outside).isFalse();
        }
        for (String noReason : new String[] {"rabbit", "relay", "parked", "timers", "deadLetters"}) {
            assertThat(groups.get("readiness").isMember(noReason)).as(noReason).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"relay, 59, UP", "relay, 61, DEGRADED", "parked, 43100, UP", "parked, 43300, DEGRADED"})
    void what_waits_is_fine_until_it_waits_too_long(String name, int seconds, String status) {
        transaction.executeWithoutResult(rolledBack -> {
            rolledBack.setRollbackOnly();
            jdbc.sql("delete from outbox").update();
            jdbc.sql("delete from inbox where body is not null").update();
            String subject = World.newOrderNo();
            jdbc.sql("""
                            with late as (
                                insert into order_event (subject, sequence, type, data, actor, happened_at)
                                values (?, 1, 'StockShort', '{}', 'test', now() - make_interval(secs => ?)) returning id)
                            insert into outbox select id from late
                            """).params(subject, name.equals("relay") ? seconds : 0).update();
            jdbc.sql("""
                            insert into inbox (source, message_id, type, subject, outcome, order_no, body, actor, received_at, expires_at)
                            values ('/test', ?, 'ShipOrder', ?, 'PARKED', ?, '{}', 'test',
                                    now() - make_interval(secs => ?), now() + interval '1 hour')
                            """)
                    .params(subject, subject, subject, name.equals("parked") ? seconds : 0)
                    .update();

            readings.take();

            assertThat(health.healthForPath(name).getStatus().getCode()).isEqualTo(status);
        });
    }

    @Test
    void a_late_timer_is_told() {
        String orderNo = world.placed();
        transaction.executeWithoutResult(rolledBack -> {
            rolledBack.setRollbackOnly();
            jdbc.sql("update act_ru_job set duedate_ = localtimestamp + interval '1 day'")
                    .update();
            jdbc.sql("delete from act_ru_incident").update();
            readings.take();
            assertThat(health.healthForPath("timers").getStatus()).isEqualTo(Status.UP);

            jdbc.sql("""
                            update act_ru_job set duedate_ = localtimestamp - interval '2 minutes'
                            where process_instance_id_ = ?
                            """).param(world.running("order", orderNo).getId()).update();
            Reading reading = readings.take();

            assertThat(reading.overdueTimers()).isEqualTo(1);
            assertThat(reading.overdue().toSeconds()).isBetween(115L, 180L);
            assertThat(health.healthForPath("timers").getStatus()).isEqualTo(Healths.DEGRADED);
        });
    }

    @Test
    void a_dead_letter_is_told_until_somebody_puts_it_away() {
        transaction.executeWithoutResult(rolledBack -> {
            rolledBack.setRollbackOnly();
            jdbc.sql("delete from dead_letter").update();
            readings.take();
            assertThat(health.healthForPath("deadLetters").getStatus()).isEqualTo(Status.UP);

            jdbc.sql("insert into dead_letter (id, body, reason, received_at) values (?, 'x', 'a test', now())")
                    .param(UUID.randomUUID())
                    .update();
            readings.take();
            assertThat(health.healthForPath("deadLetters").getStatus()).isEqualTo(Healths.DEGRADED);

            jdbc.sql("update dead_letter set resolved_at = now()").update();
            readings.take();
            assertThat(health.healthForPath("deadLetters").getStatus()).isEqualTo(Status.UP);
        });
    }

    /** A port on which nobody listens. */
    static final class NoBroker implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                TestPropertyValues.of(
                                "spring.rabbitmq.host=127.0.0.1",
                                "spring.rabbitmq.port=" + socket.getLocalPort(),
                                "camunda.bpm.process-engine-name=nobroker")
                        .applyTo(context);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
