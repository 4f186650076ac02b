package dev.orderflow.messaging;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.stereotype.Component;

/**
 * Sends batches to the broker and tells what it confirmed. All of a batch goes over one channel and many are in flight at once, but
 * of one subject only one: its next event is sent when the last is confirmed, so that one the broker refuses is never overtaken.
 * Used by one thread.
 */
@Component
class Publisher {

    /** An empty correlation id: confirms come by number, and receivers need not see it. */
    private static final String NOT_ON_THE_WIRE = "";

    private final RabbitTemplate broker;
    private final AmqpAdmin topology;
    private final Duration confirmTimeout;

    private boolean troubled;

    Publisher(ConnectionFactory connections, AmqpAdmin topology, MessagingProperties properties) {
        if (!connections.isPublisherConfirms()) {
            throw new IllegalStateException(
                    "Events are only safe with confirms: set spring.rabbitmq.publisher-confirm-type=correlated");
        }
        this.broker = new RabbitTemplate(connections);
        // When the broker holds back those who publish, those who consume must not be on the same connection.
        this.broker.setUsePublisherConnection(true);
        this.topology = topology;
        this.confirmTimeout = properties.confirmTimeout();
    }

    /** Publishes in the given order per subject; a subject whose event is not confirmed is left where it stands. */
    Batch<OutgoingEvent> publishEvents(List<OutgoingEvent> events) {
        return publish(
                events,
                OutgoingEvent::subject,
                (event, confirm) -> broker.send(
                        Topology.EVENTS, EventFormat.routingKey(event.type()), EventFormat.message(event), confirm));
    }

    Batch<OutgoingDeadLetter> publishDeadLetters(List<OutgoingDeadLetter> deadLetters) {
        return publish(deadLetters, OutgoingDeadLetter::id, (letter, confirm) -> {
            var message = MessageBuilder.withBody(letter.body())
                    .setDeliveryMode(MessageDeliveryMode.PERSISTENT)
                    .setMessageId(letter.id().toString())
                    .build();
            DeadLetterHeaders.write(message.getMessageProperties(), letter.id(), letter.reason(), letter.receivedAt());
            broker.send("", Topology.DEAD, message, confirm);
        });
    }

    <T> Batch<T> publish(List<T> items, Function<T, ?> subject, BiConsumer<T, CorrelationData> send) {
        Map<Object, Queue<T>> waiting = new LinkedHashMap<>();
        items.forEach(item -> waiting.computeIfAbsent(subject.apply(item), s -> new ArrayDeque<>())
                .add(item));
        List<T> confirmed = new ArrayList<>(items.size());
        try {
            if (troubled) {
                topology.initialize(); // what the broker misses may be what we declare
            }
            broker.invoke(channel -> {
                while (!waiting.isEmpty()) {
                    publishFirstOfEach(waiting.values(), confirmed, send);
                }
                return confirmed;
            });
            troubled = confirmed.size() < items.size();
            return new Batch<>(confirmed, troubled ? "not everything was confirmed" : null);
        } catch (AmqpException failure) {
            troubled = true;
            return new Batch<>(confirmed, Causes.root(failure).toString());
        }
    }

    private <T> void publishFirstOfEach(
            Collection<Queue<T>> waiting, List<T> confirmed, BiConsumer<T, CorrelationData> send) {
        Map<Queue<T>, CorrelationData> inFlight = new LinkedHashMap<>();
        for (Queue<T> subject : waiting) {
            var confirm = new CorrelationData(NOT_ON_THE_WIRE);
            send.accept(subject.element(), confirm);
            inFlight.put(subject, confirm);
        }
        long deadline = System.nanoTime() + confirmTimeout.toNanos();
        inFlight.forEach((subject, confirm) -> {
            if (isConfirmed(confirm, deadline)) {
                confirmed.add(subject.remove());
            } else {
                subject.clear();
            }
        });
        waiting.removeIf(Queue::isEmpty);
    }

    private static boolean isConfirmed(CorrelationData confirm, long deadline) {
        try {
            return confirm.getFuture()
                    .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
                    .isAck();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /**
     * What became of a batch.
     *
     * @param trouble why not everything is confirmed; null if everything is
     */
    record Batch<T>(List<T> confirmed, @Nullable String trouble) {}
}
