package dev.orderflow.messaging;

import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.batch.BatchingStrategy;
import org.springframework.amqp.rabbit.batch.MessageBatch;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.ListenerContainerIdleEvent;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.util.backoff.ExponentialBackOff;

/** The consumers of {@code orders.commands}: each takes what is there, up to a batch, and waits only a moment for more. */
@Configuration(proxyBeanMethods = false)
class CommandConsumers {

    private static final Logger LOG = LoggerFactory.getLogger(CommandConsumers.class);

    private static final long IDLE_AFTER_MILLIS = 1_000;
    private static final long IDLE_MILLIS = 100;

    @Bean
    SimpleMessageListenerContainer commandContainer(
            ConnectionFactory broker, CommandListener listener, MessagingProperties properties) {
        SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(broker);
        container.setQueueNames(Topology.COMMANDS);
        container.setMessageListener(listener);
        container.setConcurrentConsumers(properties.consumers());
        container.setConsumerBatchEnabled(true);
        container.setBatchingStrategy(new AsItCame());
        container.setBatchSize(properties.batch());
        container.setReceiveTimeout(properties.batchPause().toMillis());
        container.setAfterReceivePostProcessors(message -> {
            container.setReceiveTimeout(properties.batchPause().toMillis());
            return message;
        });
        container.setIdleEventInterval(IDLE_AFTER_MILLIS);
        container.setPrefetchCount(2 * properties.batch()); // the next batch comes while this one is worked on
        container.setMissingQueuesFatal(false);
        container.setRecoveryBackOff(backOff());
        container.setForceStop(true); // what is prefetched goes back at once when this node stops
        container.setErrorHandler(CommandConsumers::logBriefly);
        return container;
    }

    /**
     * With a message in hand a consumer waits only a moment for others to go with it. The container waits for the first as long as for
     * the next, and would look hundreds of times a second where nothing comes; so while nothing does, it waits for longer.
     */
    @EventListener
    void idle(ListenerContainerIdleEvent event) {
        if (event.getSource() instanceof SimpleMessageListenerContainer container) {
            container.setReceiveTimeout(IDLE_MILLIS);
        }
    }

    /** A header of the sender's would otherwise decide that a message is to be cut into several. */
    private static final class AsItCame implements BatchingStrategy {

        @Override
        public @Nullable MessageBatch addToBatch(String exchange, String routingKey, Message message) {
            throw new UnsupportedOperationException("only for senders");
        }

        @Override
        public @Nullable Date nextRelease() {
            return null;
        }

        @Override
        public Collection<MessageBatch> releaseBatches() {
            return List.of();
        }
    }

    /** How long a consumer that lost its broker waits before it looks for it again: soon at first, then patiently. */
    private static ExponentialBackOff backOff() {
        var backOff = new ExponentialBackOff(500, 2);
        backOff.setMaxInterval(10_000);
        return backOff;
    }

    /** In an outage every delivery fails; one line for each is enough. */
    private static void logBriefly(Throwable failure) {
        LOG.warn("a command went back to the queue: {}", Causes.root(failure).toString());
    }
}
