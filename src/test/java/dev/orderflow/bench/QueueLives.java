package dev.orderflow.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orderflow.world.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.Binding.DestinationType;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;

/**
 * Shop, payment provider, warehouse and buyer at the far end of the broker: each acts when the event of the step before arrives. The
 * lag of an event runs from the clock that stands in it, which is a little before its commit.
 */
final class QueueLives implements MessageListener {

    private static final String EVENTS = "orderflow.bench.events";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final JsonMapper JSON = new JsonMapper();

    private final ConnectionFactory broker;
    private final RabbitTemplate publisher;
    private final BenchOptions options;
    private final Map<Life, Latencies> steps;
    private final Latencies lag;
    private final Map<String, Life> byEvent = new ConcurrentHashMap<>();
    private final Map<String, Stand> orders = new ConcurrentHashMap<>();
    private final Semaphore places;
    private final CountDownLatch left;

    QueueLives(ConnectionFactory broker, BenchOptions options, Map<Life, Latencies> steps, Latencies lag) {
        this.broker = broker;
        this.publisher = new RabbitTemplate(broker);
        publisher.setUsePublisherConnection(true);
        this.options = options;
        this.steps = steps;
        this.lag = lag;
        this.places = new Semaphore(options.inFlight());
        this.left = new CountDownLatch(options.orders());
        for (Life step : Life.values()) {
            byEvent.put(step.event(), step);
        }
    }

    /** Takes all orders through their lives, starting at most so many a second. */
    void run(double rate) throws InterruptedException {
        RabbitAdmin admin = new RabbitAdmin(broker);
        admin.declareQueue(QueueBuilder.nonDurable(EVENTS).autoDelete().build());
        admin.declareBinding(new Binding(EVENTS, DestinationType.QUEUE, "orders.events", "#", null));
        DirectMessageListenerContainer listener = new DirectMessageListenerContainer(broker);
        listener.setQueueNames(EVENTS);
        listener.setMessageListener(this);
        listener.setPrefetchCount(500);
        listener.setMessagesPerAck(50);
        listener.setAckTimeout(100);
        listener.afterPropertiesSet();
        listener.start();
        try {
            long start = System.nanoTime();
            for (int i = 0; i < options.orders(); i++) {
                if (Double.isFinite(rate)) {
                    long due = start + (long) (i / rate * 1e9);
                    while (System.nanoTime() < due) {
                        LockSupport.parkNanos(due - System.nanoTime());
                    }
                } else if (!places.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    break;
                }
                send(Bench.newOrderNo(), Bench.sku(options), Life.PLACE);
            }
            if (!left.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        left.getCount() + " orders did not come to their end; such as " + orders);
            }
        } finally {
            listener.stop();
        }
    }

    /** How many orders have come to their end. */
    int done() {
        return options.orders() - (int) left.getCount();
    }

    private void send(String orderNo, String sku, Life step) {
        Command command = step.command(orderNo, sku);
        orders.put(orderNo, new Stand(step, System.nanoTime()));
        publisher.send("orders.commands", step.name(), new Message(command.bytes()));
    }

    @Override
    public void onMessage(Message message) {
        JsonNode event = read(message);
        lag.add(Duration.between(Instant.parse(event.path("time").asText()), Instant.now())
                .toNanos());
        Life done = byEvent.get(event.path("type").asText());
        String orderNo = event.path("subject").asText();
        Stand stand = orders.get(orderNo);
        if (done == null || stand == null || stand.step != done) {
            return;
        }
        steps.get(done).add(System.nanoTime() - stand.sent);
        if (done == Life.RECEIVE) {
            orders.remove(orderNo);
            places.release();
            left.countDown();
        } else {
            send(orderNo, "", Objects.requireNonNull(next(done)));
        }
    }

    private static Life next(Life step) {
        return Life.values()[step.ordinal() + 1];
    }

    private static JsonNode read(Message message) {
        try {
            return JSON.readTree(message.getBody());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The step an order waits for, and since when. */
    private record Stand(Life step, long sent) {}
}
