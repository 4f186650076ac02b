package dev.orderflow.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.Actor;
import dev.orderflow.order.Orders;
import dev.orderflow.order.Timeline;
import dev.orderflow.world.Cable;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.amqp.RabbitConnectionDetails;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What is committed is published: at least once, in order per subject, whatever breaks in between. */
@OrderflowTest
class RelayTests {

    private static final int SUBJECTS = 40;
    private static final int EVENTS = 25;
    private static final int WRITERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    Timeline timeline;

    @Autowired
    Orders orders;

    @Autowired
    TransactionTemplate transaction;

    @Autowired
    Relay relay;

    @Autowired
    RelayConnections relayConnections;

    @Autowired
    Publisher publisher;

    @Autowired
    Backlog backlog;

    @Autowired
    MessagingProperties properties;

    @Autowired
    Clock clock;

    @Autowired
    AmqpAdmin admin;

    @Autowired
    CachingConnectionFactory connections;

    @Autowired
    RabbitConnectionDetails broker;

    @Autowired
    JdbcClient jdbc;

    private final String subject = "relay-" + UUID.randomUUID();
    private final List<String> subjects =
            IntStream.range(0, SUBJECTS).mapToObj(i -> subject + "-" + i).toList();

    private EventsHeard heard;

    @BeforeEach
    void listen() {
        heard = new EventsHeard(broker);
    }

    @AfterEach
    void hangUp() {
        heard.close();
    }

    @Test
    void an_event_goes_out_as_a_persistent_cloud_event_without_personal_data() {
        record(subject, "OrderPlaced");

        await().until(() -> !heard.about(subject).isEmpty());

        Message message = heard.about(subject).get(0);
        assertThat(message.getMessageProperties().getReceivedRoutingKey()).isEqualTo("order.placed");
        assertThat(message.getMessageProperties().getContentType()).isEqualTo("application/cloudevents+json");
        assertThat(message.getMessageProperties().getReceivedDeliveryMode()).isEqualTo(MessageDeliveryMode.PERSISTENT);
        assertThat(message.getMessageProperties().getHeaders()).isEmpty();
        JsonNode event = EventsHeard.json(message);
        assertThat(event.path("specversion").asText()).isEqualTo("1.0");
        assertThat(event.path("id").asText()).isEqualTo(subject + "/1");
        assertThat(event.path("source").asText()).isEqualTo("/orderflow");
        assertThat(event.path("type").asText()).isEqualTo("OrderPlaced");
        assertThat(event.path("subject").asText()).isEqualTo(subject);
        assertThat(event.path("datacontenttype").asText()).isEqualTo("application/json");
        assertThat(event.path("sequence").isIntegralNumber()).isTrue();
        assertThat(event.path("sequence").asLong()).isEqualTo(1);
        assertThat(event.path("data").path("status").asText()).isEqualTo("PAID");
        assertThat(OffsetDateTime.parse(event.path("time").asText()))
                .isEqualTo(jdbc.sql("select happened_at from order_event where subject = ?")
                        .param(subject)
                        .query(OffsetDateTime.class)
                        .single());
        assertThat(event.fieldNames()).toIterable().doesNotContain("actor");
    }

    @Test
    void what_is_rolled_back_never_goes_out() {
        transaction.executeWithoutResult(status -> {
            record(subject, "OrderPaid");
            status.setRollbackOnly();
        });
        record(subject, "OrderCancelled");

        await().until(() -> !heard.about(subject).isEmpty());

        assertThat(EventsHeard.json(heard.about(subject).get(0)).path("type").asText())
                .isEqualTo("OrderCancelled");
    }

    @Test
    void events_of_many_writers_arrive_once_and_in_order_per_subject() throws Exception {
        recordAll(() -> {});

        awaitAllInOrder();

        assertThat(subjects).allSatisfy(each -> assertThat(heard.about(each)).hasSize(EVENTS));
    }

    @Test
    void a_leader_whose_connection_is_killed_is_followed_and_order_holds() throws Exception {
        recordAll(this::killLeader);

        awaitAllInOrder();
    }

    @Test
    void confirms_that_are_lost_with_their_connection_cost_a_repetition_and_no_order() throws Exception {
        recordAll(this::dropConnections);

        awaitAllInOrder();
    }

    @Test
    void while_the_broker_is_away_events_wait_and_then_go_out_in_order() throws Exception {
        relay.stop();
        try (Cable cable = new Cable(
                broker.getFirstAddress().host(), broker.getFirstAddress().port())) {
            CachingConnectionFactory overCable = EventsHeard.connectionTo(broker, cable.port());
            Relay another = relayOver(overCable);
            another.start();
            try {
                cable.pull();
                recordAll(() -> {});
                assertThat(backlog.lag().events()).isGreaterThanOrEqualTo(SUBJECTS * EVENTS);
                cable.plugIn();
                awaitAllInOrder();

                recordAll(() -> {
                    cable.pull();
                    cable.plugIn();
                });
                awaitAllInOrder(2 * EVENTS);
            } finally {
                another.stop();
                overCable.destroy();
            }
        } finally {
            relay.start();
        }
    }

    @Test
    void another_node_takes_over_where_the_first_stopped() {
        Relay another = relayOver(connections);
        another.start();
        try {
            record(subject, "OrderPlaced");
            await().until(() -> heard.sequences(subject).size() == 1);

            relay.stop();
            record(subject, "OrderPaid");

            await().untilAsserted(() -> assertThat(heard.sequences(subject)).containsExactly(1L, 2L));
        } finally {
            another.stop();
            relay.start();
        }
    }

    @Test
    void a_leader_that_cannot_reach_the_broker_lets_another_publish() throws Exception {
        relay.stop();
        try (Cable cable = new Cable(
                broker.getFirstAddress().host(), broker.getFirstAddress().port())) {
            CachingConnectionFactory overCable = EventsHeard.connectionTo(broker, cable.port());
            Relay cutOff = relayOver(overCable);
            cutOff.start();
            try {
                record(subject, "OrderPlaced");
                await().until(() -> heard.sequences(subject).size() == 1);

                cable.pull();
                relay.start();
                record(subject, "OrderPaid");

                await().untilAsserted(() -> assertThat(heard.sequences(subject)).containsExactly(1L, 2L));
            } finally {
                cutOff.stop();
                overCable.destroy();
            }
        } finally {
            if (!relay.isRunning()) {
                relay.start();
            }
        }
    }

    @Test
    void a_leader_that_falls_silent_loses_the_lock() throws Exception {
        relay.stop();
        try (Outbox silent = new Outbox(relayConnections.open(), clock, Duration.ofSeconds(1))) {
            await().until(silent::lead); // the server notices a moment later that the last one said goodbye
            relay.start();

            record(subject, "OrderPlaced");

            await().atMost(PATIENCE).until(() -> heard.sequences(subject).size() == 1);
            assertThatThrownBy(() -> silent.events(1)).isInstanceOf(DataAccessException.class);
        } finally {
            if (!relay.isRunning()) {
                relay.start();
            }
        }
    }

    @Test
    void while_the_broker_confirms_nothing_of_one_subject_the_others_go_out_once() {
        relay.stop();
        CountDownLatch recovered = new CountDownLatch(1);
        String sick = subject + "-sick";
        Relay another = new Relay(relayConnections, neverConfirming(sick, recovered), clock, properties);
        record(sick, "OrderPlaced");
        record(subject, "OrderPlaced");
        another.start();
        try {
            await().atMost(PATIENCE).until(() -> unpublished() == 1);

            assertThat(heard.sequences(subject)).containsExactly(1L);
        } finally {
            recovered.countDown();
            another.stop();
            relay.start();
        }
    }

    @Test
    void a_batch_waits_for_confirms_no_longer_than_it_may() {
        Duration most = Duration.ofMillis(500);
        Publisher hasty = new Publisher(connections, admin, waiting(most));
        List<String> items = IntStream.range(0, 50).mapToObj(i -> "slow").toList();
        long start = System.nanoTime();

        Publisher.Batch<String> batch = hasty.publish(items, item -> item, (item, confirm) -> {
            confirm.completeOnTimeout(true, 100, TimeUnit.MILLISECONDS);
        });

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(most.multipliedBy(2));
        assertThat(batch.confirmed()).hasSizeBetween(1, 5);
        assertThat(batch.trouble()).isNotNull();
    }

    @Test
    void an_exchange_that_was_deleted_comes_back_and_nothing_is_lost() {
        admin.deleteExchange(Topology.EVENTS);
        record(subject, "OrderPlaced");

        await().untilAsserted(() -> assertThat(unpublished()).isZero());

        heard.bind();
        record(subject, "OrderPaid");
        await().until(() -> heard.sequences(subject).contains(2L));
    }

    @Test
    void an_event_the_broker_refuses_is_not_overtaken_by_the_next_of_its_subject() {
        List<String> sent = new ArrayList<>();

        Publisher.Batch<String> batch = publisher.publish(
                List.of("a1", "b1", "a2", "b2", "c1", "a3"), item -> item.charAt(0), (item, confirm) -> {
                    sent.add(item);
                    confirm.complete(!item.equals("a2"));
                });

        assertThat(sent).containsExactly("a1", "b1", "c1", "a2", "b2");
        assertThat(batch.confirmed()).containsExactly("a1", "b1", "c1", "b2");
        assertThat(batch.trouble()).isNotNull();
    }

    /** As long as a broker may take that has lost most of a subject's queue. */
    private Publisher neverConfirming(String sick, CountDownLatch recovered) {
        return new Publisher(connections, admin, properties) {
            @Override
            Batch<OutgoingEvent> publishEvents(List<OutgoingEvent> events) {
                Batch<OutgoingEvent> others = super.publishEvents(events.stream()
                        .filter(event -> !event.subject().equals(sick))
                        .toList());
                try {
                    recovered.await(properties.confirmTimeout().toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return new Batch<>(others.confirmed(), "not everything was confirmed");
            }
        };
    }

    private MessagingProperties waiting(Duration confirmTimeout) {
        return new MessagingProperties(
                properties.consumers(),
                properties.batch(),
                properties.batchPause(),
                properties.relayBatch(),
                properties.relayPause(),
                properties.relayPoll(),
                properties.relayTakeover(),
                confirmTimeout,
                properties.parkingPoll());
    }

    private void record(String about, String type) {
        transaction.executeWithoutResult(status -> {
            orders.lock(about);
            Actor.as("test", () -> {
                timeline.record(about, type, Map.of("status", "PAID"));
                return about;
            });
        });
    }

    private void dropConnections() {
        try {
            connections.resetConnection();
        } catch (ConcurrentModificationException busy) {
            // The pool of channels is not made to be reset by one thread while another takes from it; some are gone.
        }
    }

    /** Records {@code EVENTS} for each subject from several threads at once, with a disturbance every now and then. */
    private void recordAll(Runnable disturbance) throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<?>> written = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                if (i % 5 == 2) {
                    written.add(writers.submit(disturbance));
                }
                for (String each : subjects) {
                    written.add(writers.submit(() -> record(each, "OrderPaid")));
                }
            }
            for (Future<?> each : written) {
                each.get();
            }
        } finally {
            writers.shutdownNow();
        }
    }

    private void awaitAllInOrder() {
        awaitAllInOrder(EVENTS);
    }

    private void awaitAllInOrder(int events) {
        await().atMost(PATIENCE).until(() -> unpublished() == 0);
        List<Long> gapless = LongStream.rangeClosed(1, events).boxed().toList();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subjects)
                        .allSatisfy(each -> assertThat(heard.sequences(each)).isEqualTo(gapless)));
    }

    private long unpublished() {
        return jdbc.sql("select count(*) from outbox join order_event on id = event_id where subject like ?")
                .param(subject + "%")
                .query(Long.class)
                .single();
    }

    private void killLeader() {
        jdbc.sql("""
                        select pg_terminate_backend(l.pid) from pg_locks l
                        where l.locktype = 'advisory' and l.granted and l.objid = hashtext('orderflow.relay')::oid
                        """).query(Boolean.class).list();
    }

    private Relay relayOver(CachingConnectionFactory connections) {
        return new Relay(
                relayConnections,
                new Publisher(connections, new RabbitAdmin(connections), properties),
                clock,
                properties);
    }
}
