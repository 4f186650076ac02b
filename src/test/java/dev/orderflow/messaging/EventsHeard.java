package dev.orderflow.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.autoconfigure.amqp.RabbitConnectionDetails;

/** A system that listens to {@code orders.events} with a queue of its own, over a connection of its own. */
final class EventsHeard implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final CachingConnectionFactory connections;
    private final RabbitAdmin admin;
    private final String queue;
    private final SimpleMessageListenerContainer container;
    private final Queue<Message> messages = new ConcurrentLinkedQueue<>();

    EventsHeard(RabbitConnectionDetails broker) {
        connections = connectionTo(broker, broker.getFirstAddress().port());
        admin = new RabbitAdmin(connections);
        queue = admin.declareQueue().getName();
        bind();
        container = new SimpleMessageListenerContainer(connections);
        container.setQueueNames(queue);
        container.setMessageListener(messages::add);
        container.start();
    }

    static CachingConnectionFactory connectionTo(RabbitConnectionDetails broker, int port) {
        var connections = new CachingConnectionFactory(broker.getFirstAddress().host(), port);
        connections.setUsername(broker.getUsername());
        connections.setPassword(broker.getPassword());
        connections.setPublisherConfirmType(CachingConnectionFactory.ConfirmType.CORRELATED);
        return connections;
    }

    void bind() {
        admin.declareBinding(new Binding(queue, Binding.DestinationType.QUEUE, Topology.EVENTS, "#", null));
    }

    /** The deliveries about the subject, in the order in which they came. */
    List<Message> about(String subject) {
        return messages.stream()
                .filter(message -> json(message).path("subject").asText().equals(subject))
                .toList();
    }

    /** All deliveries, in the order in which they came. */
    List<Message> all() {
        return List.copyOf(messages);
    }

    /** The sequence numbers about the subject in the order in which each was first heard. */
    List<Long> sequences(String subject) {
        return about(subject).stream()
                .map(message -> json(message).path("sequence").asLong())
                .collect(Collectors.collectingAndThen(Collectors.toCollection(LinkedHashSet::new), List::copyOf));
    }

    static JsonNode json(Message message) {
        try {
            return JSON.readTree(message.getBody());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        container.stop();
        connections.destroy();
    }
}
