package dev.orderflow.messaging;

import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.ExchangeBuilder;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the broker must have for us: declared whenever a connection is made, so a broker that lost it gets it back. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MessagingProperties.class)
class Topology {

    /** Exchange and queue of the commands; whatever the routing key, a command arrives. */
    static final String COMMANDS = "orders.commands";

    /** Exchange of the events, by routing keys such as {@code order.placed}. */
    static final String EVENTS = "orders.events";

    /** Queue of what could not be read, broke a rule or waited in vain. */
    static final String DEAD = "orders.commands.dead";

    /**
     * RabbitMQ 4 drops a message after 20 deliveries unless told otherwise, and an outage can cost more; the listener itself sees to
     * it that nothing comes back for ever. RabbitMQ 3 knows no "unlimited", hence a number.
     */
    private static final int DELIVERY_LIMIT = 1_000_000_000;

    @Bean
    Declarables declarations() {
        TopicExchange commandExchange =
                ExchangeBuilder.topicExchange(COMMANDS).durable(true).build();
        TopicExchange eventExchange =
                ExchangeBuilder.topicExchange(EVENTS).durable(true).build();
        Queue commands = durable(COMMANDS);
        Binding every = BindingBuilder.bind(commands).to(commandExchange).with("#");
        return new Declarables(commandExchange, eventExchange, commands, every, durable(DEAD));
    }

    private static Queue durable(String name) {
        return QueueBuilder.durable(name).quorum().deliveryLimit(DELIVERY_LIMIT).build();
    }
}
