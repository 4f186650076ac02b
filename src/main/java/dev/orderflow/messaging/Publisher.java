package dev.orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;
import org.springframework.amqp.rabbit.support.MessagePropertiesConverter;
import org.springframework.stereotype.Component;

/**
 * Sends batches to the broker and tells what it confirmed. All of a batch goes over one channel and many are in flight at once, but
 * of one subject only one: its next event is sent when the last is confirmed, so that one the broker refuses is never overtaken.
 * Used by one thread, which keeps its channel; confirms come by number, and what a batch waits for wakes it once.
 */
@Component
class Publisher {

    private static final MessagePropertiesConverter PROPERTIES = new DefaultMessagePropertiesConverter();

    private final ConnectionFactory connections;
    private final AmqpAdmin topology;
    private final Duration confirmTimeout;

    private boolean troubled;
    private @Nullable Confirmed channel;

    Publisher(ConnectionFactory connections, AmqpAdmin topology, MessagingProperties properties) {
        // When the broker holds back those who publish, those who consume must not be on the same connection.
        ConnectionFactory own = connections.getPublisherConnectionFactory();
        this.connections = own == null ? connections : own;
        this.topology = topology;
        this.confirmTimeout = properties.confirmTimeout();
    }

    /** Publishes in the given order per subject; a subject whose event is not confirmed is left where it stands. */
    Batch<OutgoingEvent> publishEvents(List<OutgoingEvent> events) {
        return publish(
                events,
                OutgoingEvent::subject,
                (event, confirm) -> send(
                        Topology.EVENTS, EventFormat.routingKey(event.type()), EventFormat.message(event), confirm));
    }

    Batch<OutgoingDeadLetter> publishDeadLetters(List<OutgoingDeadLetter> deadLetters) {
        return publish(deadLetters, OutgoingDeadLetter::id, (letter, confirm) -> {
            var message = MessageBuilder.withBody(letter.body())
                    .setDeliveryMode(MessageDeliveryMode.PERSISTENT)
                    .setMessageId(letter.id().toString())
                    .build();
            DeadLetterHeaders.write(message.getMessageProperties(), letter.id(), letter.reason(), letter.receivedAt());
            send("", Topology.DEAD, message, confirm);
        });
    }

    private void send(String exchange, String routingKey, Message message, CompletableFuture<Boolean> confirm)
            throws IOException {
        if (channel == null || !channel.isOpen()) {
            throw new IOException("the broker has closed the channel");
        }
        channel.publish(exchange, routingKey, message, confirm);
    }

    <T> Batch<T> publish(List<T> items, Function<T, ?> subject, Sending<T> sending) {
        Map<Object, Queue<T>> waiting = new LinkedHashMap<>();
        items.forEach(item -> waiting.computeIfAbsent(subject.apply(item), s -> new ArrayDeque<>())
                .add(item));
        List<T> confirmed = new ArrayList<>(items.size());
        long deadline = System.nanoTime() + confirmTimeout.toNanos();
        try {
            if (troubled) {
                topology.initialize(); // what the broker misses may be what we declare
            }
            while (!waiting.isEmpty() && System.nanoTime() < deadline) {
                publishFirstOfEach(waiting.values(), confirmed, sending, deadline);
            }
            troubled = confirmed.size() < items.size();
            return new Batch<>(confirmed, troubled ? "not everything was confirmed" : null);
        } catch (AmqpException | ShutdownSignalException | IOException failure) {
            troubled = true;
            return new Batch<>(confirmed, Causes.root(failure).toString());
        }
    }

    private <T> void publishFirstOfEach(
            Collection<Queue<T>> waiting, List<T> confirmed, Sending<T> sending, long deadline) throws IOException {
        Map<Queue<T>, CompletableFuture<Boolean>> inFlight = new LinkedHashMap<>();
        if (channel == null || !channel.isOpen()) {
            channel = new Confirmed(connections);
        }
        try {
            Cork.hold(() -> {
                for (Queue<T> subject : waiting) {
                    CompletableFuture<Boolean> confirm = new CompletableFuture<>();
                    sending.send(subject.element(), confirm);
                    inFlight.put(subject, confirm);
                }
            });
        } finally {
            awaitAll(inFlight.values(), deadline);
            inFlight.forEach((subject, confirm) -> {
                if (confirm.getNow(false)) {
                    confirmed.add(subject.remove());
                } else {
                    subject.clear();
                }
            });
            waiting.removeIf(Queue::isEmpty);
        }
    }

    private static void awaitAll(Collection<CompletableFuture<Boolean>> confirms, long deadline) {
        try {
            CompletableFuture.allOf(confirms.toArray(CompletableFuture[]::new))
                    .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException notAll) {
            // which, the confirms themselves tell
        }
    }

    /** Sends one item and completes the future with whether the broker took it over. */
    interface Sending<T> {
        void send(T item, CompletableFuture<Boolean> confirm) throws IOException;
    }

    /**
     * What became of a batch.
     *
     * @param trouble why not everything is confirmed; null if everything is
     */
    record Batch<T>(List<T> confirmed, @Nullable String trouble) {}

    /** A channel whose messages the broker confirms by number, singly or up to a number. */
    private static final class Confirmed implements ConfirmListener {

        private final Channel channel;
        private final ConcurrentNavigableMap<Long, CompletableFuture<Boolean>> open = new ConcurrentSkipListMap<>();

        Confirmed(ConnectionFactory connections) throws IOException {
            var connection = connections.createConnection().getDelegate();
            if (connection == null) {
                throw new IOException("the connection to the broker is closed");
            }
            channel = connection.createChannel();
            if (channel == null) {
                throw new IOException("the broker allows no further channel on this connection");
            }
            channel.addConfirmListener(this);
            channel.addShutdownListener(closed -> settle(open, false));
            channel.confirmSelect();
        }

        boolean isOpen() {
            return channel.isOpen();
        }

        void publish(String exchange, String routingKey, Message message, CompletableFuture<Boolean> confirm)
                throws IOException {
            open.put(channel.getNextPublishSeqNo(), confirm);
            AMQP.BasicProperties properties =
                    PROPERTIES.fromMessageProperties(message.getMessageProperties(), StandardCharsets.UTF_8.name());
            channel.basicPublish(exchange, routingKey, properties, message.getBody());
        }

        @Override
        public void handleAck(long number, boolean upTo) {
            settle(upTo ? open.headMap(number, true) : open.subMap(number, true, number, true), true);
        }

        @Override
        public void handleNack(long number, boolean upTo) {
            settle(upTo ? open.headMap(number, true) : open.subMap(number, true, number, true), false);
        }

        private static void settle(Map<Long, CompletableFuture<Boolean>> sent, boolean taken) {
            sent.values().removeIf(confirm -> {
                confirm.complete(taken);
                return true;
            });
        }
    }
}
