package dev.orderflow.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A consumer of all events with a durable queue of its own. Those of one subject must be heard from 1 on without a gap; hearing one
 * again is allowed.
 */
final class Ears implements AutoCloseable {

    private static final String QUEUE = "crash.events";
    private static final String EXCHANGE = "orders.events";
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int PREFETCH = 200;
    private static final JsonMapper JSON = new JsonMapper();

    private final int port;
    private final Consumer<JsonNode> listener;
    private final Map<String, Long> last = new HashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicLong heard = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final Thread thread = new Thread(this::listen, "ears");
    private volatile boolean closed;

    /** @param listener hears every event once */
    Ears(int port, Consumer<JsonNode> listener) throws IOException, TimeoutException {
        this.port = port;
        this.listener = listener;
        try (Connection connection = connect(port);
                Channel channel = connection.createChannel()) {
            channel.exchangeDeclare(EXCHANGE, "topic", true);
            channel.queueDeclare(QUEUE, true, false, false, Map.of("x-queue-type", "quorum"));
            channel.queueBind(QUEUE, EXCHANGE, "#");
        }
        thread.setDaemon(true);
        thread.start();
    }

    static Connection connect(int port) throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(5_000);
        factory.setChannelRpcTimeout(10_000);
        return factory.newConnection();
    }

    private void listen() {
        while (!closed) {
            try (Connection connection = connect(port);
                    Channel channel = connection.createChannel()) {
                BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
                channel.basicQos(PREFETCH);
                channel.basicConsume(QUEUE, false, (tag, delivery) -> arrived.add(delivery), tag -> {});
                while (!closed && channel.isOpen()) {
                    Delivery delivery = arrived.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                    if (delivery != null) {
                        hear(delivery.getBody());
                        channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                    }
                }
            } catch (InterruptedException closing) {
                return;
            } catch (IOException | TimeoutException | RuntimeException brokerIsAway) {
                Until.pause(PAUSE);
            }
        }
    }

    private void hear(byte[] body) throws IOException {
        JsonNode event = JSON.readTree(body);
        String subject = event.path("subject").asText();
        long sequence = event.path("sequence").asLong();
        synchronized (last) {
            long before = last.getOrDefault(subject, 0L);
            if (sequence <= before) {
                repeated.incrementAndGet();
                return;
            }
            if (sequence != before + 1) {
                complaints.add("%s of %s is number %d after %d"
                        .formatted(event.path("type").asText(), subject, sequence, before));
            }
            last.put(subject, sequence);
        }
        heard.incrementAndGet();
        listener.accept(event);
    }

    /** The number of the last event about each subject. */
    Map<String, Long> last() {
        synchronized (last) {
            return Map.copyOf(last);
        }
    }

    long heard() {
        return heard.get();
    }

    long repeated() {
        return repeated.get();
    }

    Queue<String> complaints() {
        return complaints;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
