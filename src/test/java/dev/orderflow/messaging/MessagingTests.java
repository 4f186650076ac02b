package dev.orderflow.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.Order;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.Orders;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.ImmediateRequeueAmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueInformation;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.amqp.RabbitConnectionDetails;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** From queue to queue: what is sent in is taken in or comes out again with its reason, and nothing stops the consumers. */
@OrderflowTest
class MessagingTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    RabbitTemplate broker;

    @Autowired
    AmqpAdmin admin;

    @Autowired
    RabbitConnectionDetails details;

    @Autowired
    Inbox inbox;

    @Autowired
    MessageReader reader;

    @Autowired
    DeadLetters deadLetters;

    @Autowired
    MessageWatch watch;

    @Autowired
    CommandConsumers consumers;

    @Autowired
    CommandListener listener;

    @Autowired
    Attempts attempts;

    @Autowired
    MessagingProperties properties;

    @Autowired
    Orders orders;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    RelayConnections outsideThePool;

    @Autowired
    DataSource pool;

    private final String sku = "sku-" + UUID.randomUUID();
    private final String orderNo = Sent.orderNo();
    private final Collection<Message> dead = new ConcurrentLinkedQueue<>();
    private EventsHeard heard;
    private SimpleMessageListenerContainer deadQueue;

    @BeforeEach
    void listen() {
        deadQueue = new SimpleMessageListenerContainer(broker.getConnectionFactory());
        deadQueue.setQueueNames(Topology.DEAD);
        deadQueue.setMessageListener(dead::add);
        deadQueue.start();
        inbox.receive(reader.read(Sent.stock(sku, 10_000)), "test");
        heard = new EventsHeard(details);
    }

    @AfterEach
    void hangUp() {
        heard.close();
        deadQueue.stop();
    }

    @Test
    void an_order_goes_from_queue_to_queue() {
        send(Sent.placeOrder(orderNo, sku));
        send(Sent.payment(orderNo));
        send(Sent.shipment(orderNo));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(heard.about(orderNo))
                        .extracting(event -> event.getMessageProperties().getReceivedRoutingKey())
                        .containsSubsequence("order.placed", "order.paid", "order.released", "order.shipped"));
        assertThat(heard.sequences(orderNo)).isSorted().startsWith(1L);
    }

    @Test
    void the_actor_is_the_sender_as_the_queue_knows_it() {
        send(Sent.placeOrder(orderNo, sku));

        await().until(() -> status().isPresent());

        assertThat(jdbc.sql("select distinct actor from order_event where subject = ?")
                        .param(orderNo)
                        .query(String.class)
                        .list())
                .containsExactly("queue:/shop/web");
    }

    @Test
    void a_message_that_is_delivered_again_is_taken_in_once() {
        byte[] order = Sent.placeOrder(orderNo, sku);
        for (int i = 0; i < 20; i++) {
            send(order);
        }
        awaitAllTaken();

        assertThat(jdbc.sql("select type from order_event where subject = ? order by sequence")
                        .param(orderNo)
                        .query(String.class)
                        .list())
                .containsExactly("OrderPlaced", "StockReserved");
    }

    @Test
    void what_cannot_be_taken_in_comes_out_of_the_dead_queue_with_its_reason_and_its_bytes() {
        List<byte[]> broken = List.of(
                bytes("not JSON"),
                bytes("[" + "[".repeat(100_000)),
                bytes("{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"/shop/web\", \"type\": \"MakeCoffee\"}"),
                Sent.placeOrder(null, "sku-nobody-knows"),
                bytes(" ".repeat(MessageReader.MAX_BYTES) + "{}"),
                new byte[] {0, (byte) 0xff, 1});

        broken.forEach(this::send);
        send(Sent.placeOrder(orderNo, sku));

        await().until(() -> status().isPresent());
        for (byte[] body : broken) {
            Message message = deadMessage(body);
            assertThat(message.getMessageProperties().<String>getHeader("x-orderflow-reason"))
                    .isNotBlank();
            assertThat(Instant.parse(message.getMessageProperties().getHeader("x-orderflow-received-at")))
                    .isBefore(Instant.now().plusSeconds(60));
            assertThat(UUID.fromString(message.getMessageProperties().getHeader("x-orderflow-dead-letter-id")))
                    .isEqualTo(letterWith(body).id());
        }
        assertThat(deadMessage(broken.get(2)).getMessageProperties().<String>getHeader("x-orderflow-reason"))
                .contains("type");
    }

    @Test
    void a_sender_cannot_choose_how_the_bytes_are_read() {
        broker.send(
                Topology.COMMANDS,
                "anything",
                MessageBuilder.withBody(Sent.placeOrder(orderNo, sku))
                        .setContentType("application/x-java-serialized-object")
                        .setHeader("amqp_contentType", "application/x-java-serialized-object")
                        .setHeader("amqp_redelivered", "true")
                        .setHeader("__TypeId__", "java.util.HashMap")
                        .setHeader("springBatchFormat", "lengthHeader4")
                        .setHeader("x-orderflow-dead-letter-id", "no id at all")
                        .build());

        await().until(() -> status().isPresent());
    }

    @Test
    void what_fails_every_time_becomes_a_dead_letter_and_the_rest_goes_on() {
        send(Sent.placeOrder(orderNo, sku));
        await().until(() -> status().isPresent());
        renameAwaited("CancelOrder", "NeverSent"); // a defect that no repetition repairs
        byte[] failing = Sent.cancellation(orderNo);
        String next = Sent.orderNo();

        send(failing);
        send(Sent.placeOrder(next, sku));

        await().until(() -> orders.find(next).isPresent());
        assertThat(deadMessage(failing).getMessageProperties().<String>getHeader("x-orderflow-reason"))
                .startsWith("failed 5 times");
        renameAwaited("NeverSent", "CancelOrder");
        assertThat(deadLetters.retry(letterWith(failing).id(), "test"))
                .get()
                .extracting(Answer::status)
                .isEqualTo(OrderStatus.CANCELLED);
    }

    @Test
    void what_looks_like_an_outage_goes_back_and_in_the_end_becomes_a_dead_letter() {
        byte[] killer = Sent.placeOrder(orderNo, sku);
        var outage = new SQLTransientConnectionException("killed");
        Runnable fails = () -> {
            throw new IllegalStateException(outage);
        };

        for (int times = 0; times < 20; times++) {
            Message again = givenBack(killer, times);
            assertThatThrownBy(() -> attempts.giveUp(again, fails, outage))
                    .isInstanceOf(ImmediateRequeueAmqpException.class);
        }
        attempts.giveUp(givenBack(killer, 20), fails, outage);

        assertThat(letterWith(killer).reason()).startsWith("failed 5 times");
    }

    @Test
    void a_message_that_met_a_long_outage_is_taken_in_after_it() {
        Message patient = givenBack(Sent.placeOrder(orderNo, sku), 1_000);

        attempts.giveUp(patient, () -> listener.take(patient), new SQLTransientConnectionException("no connection"));

        assertThat(status()).contains(OrderStatus.PENDING_PAYMENT);
    }

    /** As a quorum queue delivers what it has given out before. */
    private static Message givenBack(byte[] body, int times) {
        Message delivery = MessageBuilder.withBody(body)
                .setHeader("x-delivery-count", (long) times)
                .build();
        delivery.getMessageProperties().setRedelivered(true);
        return delivery;
    }

    @Test
    void a_dead_letter_that_is_sent_back_is_taken_in_and_its_retry_noted() {
        String later = "sku-" + UUID.randomUUID();
        byte[] order = Sent.placeOrder(orderNo, later);
        send(order);
        Message dead = deadMessage(order);
        inbox.receive(reader.read(Sent.stock(later, 1)), "test");

        broker.send(Topology.COMMANDS, "back", dead);

        await().untilAsserted(() -> assertThat(letterWith(order).retryResult()).isEqualTo("APPLIED"));
        assertThat(status()).contains(OrderStatus.PENDING_PAYMENT);
    }

    @Test
    void a_database_that_drops_every_connection_costs_no_message_and_no_repetition() throws SQLException {
        List<String> orderNos = Stream.generate(Sent::orderNo).limit(60).toList();

        // Whoever drops and looks has a connection of its own: the pool's are what is dropped.
        try (Connection own = outsideThePool.open()) {
            JdbcClient watching = JdbcClient.create(new SingleConnectionDataSource(own, true));
            orderNos.forEach(each -> {
                send(Sent.placeOrder(each, sku));
                if (orderNos.indexOf(each) % 20 == 10) {
                    dropOtherConnections(watching);
                }
            });

            await().atMost(PATIENCE)
                    .until(() -> watching.sql("select count(*) from orders where order_no in (:numbers)")
                                    .param("numbers", orderNos)
                                    .query(Long.class)
                                    .single()
                            == orderNos.size());
            pool.unwrap(HikariDataSource.class)
                    .getHikariPoolMXBean()
                    .softEvictConnections(); // those it has not yet found dead
            awaitAllTaken();
            assertThat(watching.sql("select reserved from stock where sku = ?")
                            .param(sku)
                            .query(Long.class)
                            .single())
                    .isEqualTo(orderNos.size() + 1); // and the one that came last
            assertThat(watching.sql(
                                    "select count(*) from dead_letter where reason like 'failed%' and body::text like ?")
                            .param("%" + sku + "%")
                            .query(Long.class)
                            .single())
                    .isZero();
        }
    }

    @Test
    void in_an_outage_a_message_goes_back_to_the_queue_as_often_as_it_takes() {
        AtomicInteger failures = new AtomicInteger(12); // more than two rounds of attempts
        CommandListener unlucky = new CommandListener(reader, inbox, deadLetters, watch, attempts) {
            @Override
            void take(Message delivery) {
                if (failures.getAndDecrement() > 0) {
                    throw new CannotGetJdbcConnectionException("the database is away");
                }
                super.take(delivery);
            }
        };
        SimpleMessageListenerContainer container =
                consumers.commandContainer(broker.getConnectionFactory(), unlucky, properties);
        Queue queue = admin.declareQueue();
        container.setQueueNames(queue.getName());
        container.start();
        try {
            byte[] order = Sent.placeOrder(orderNo, sku);
            broker.send("", queue.getName(), MessageBuilder.withBody(order).build());

            await().atMost(PATIENCE).until(() -> status().isPresent());
            assertThat(failures).hasNegativeValue();
            assertThat(deadLetters.list(200))
                    .noneMatch(letter ->
                            Arrays.equals(deadLetters.body(letter.id()).orElseThrow(), order));
        } finally {
            container.stop();
        }
    }

    private void send(byte[] body) {
        broker.send(Topology.COMMANDS, "test", MessageBuilder.withBody(body).build());
    }

    private Optional<OrderStatus> status() {
        return orders.find(orderNo).map(Order::status);
    }

    private void awaitAllTaken() {
        String last = Sent.orderNo();
        send(Sent.placeOrder(last, sku));
        await().atMost(PATIENCE).until(() -> orders.find(last).isPresent());
        await().atMost(PATIENCE).until(() -> {
            QueueInformation info = admin.getQueueInfo(Topology.COMMANDS);
            return info != null && info.getMessageCount() == 0;
        });
    }

    private Message deadMessage(byte[] body) {
        return await().atMost(PATIENCE)
                .until(
                        () -> dead.stream()
                                .filter(message -> Arrays.equals(message.getBody(), body))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private DeadLetter letterWith(byte[] body) {
        return deadLetters.list(200).stream()
                .filter(letter -> Arrays.equals(deadLetters.body(letter.id()).orElseThrow(), body))
                .findFirst()
                .orElseThrow();
    }

    /** Makes the order's process wait for a message of another name. */
    private void renameAwaited(String from, String to) {
        jdbc.sql("""
                        update act_ru_event_subscr set event_name_ = :to
                        where event_name_ = :from and proc_inst_id_ =
                            (select id_ from act_ru_execution where business_key_ = :orderNo and parent_id_ is null)
                        """)
                .param("to", to)
                .param("from", from)
                .param("orderNo", orderNo)
                .update();
    }

    /** Ours only: the server has workers of its own in there. */
    private static void dropOtherConnections(JdbcClient watching) {
        watching.sql("""
                        select pg_terminate_backend(pid) from pg_stat_activity
                        where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
                          and backend_type = 'client backend'
                        """).query(Boolean.class).list();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
