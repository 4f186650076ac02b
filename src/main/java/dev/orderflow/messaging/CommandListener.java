package dev.orderflow.messaging;

import dev.orderflow.messaging.MessageWatch.Door;
import dev.orderflow.order.BrokenRule;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.MessageListener;
import org.springframework.stereotype.Component;

/**
 * Takes commands from the queue into the inbox. What can never be taken in becomes a dead letter; in both cases the delivery is
 * acknowledged when this returns, which is after the commit. It reads the raw bytes itself: nothing a sender writes into headers
 * decides how they are read.
 */
@Component
class CommandListener implements MessageListener {

    private static final Logger LOG = LoggerFactory.getLogger(CommandListener.class);

    private final MessageReader reader;
    private final Inbox inbox;
    private final DeadLetters deadLetters;
    private final MessageWatch watch;

    CommandListener(MessageReader reader, Inbox inbox, DeadLetters deadLetters, MessageWatch watch) {
        this.reader = reader;
        this.inbox = inbox;
        this.deadLetters = deadLetters;
        this.watch = watch;
    }

    @Override
    public void onMessage(org.springframework.amqp.core.Message delivery) {
        byte[] body = delivery.getBody();
        Message message;
        try {
            message = reader.read(body);
        } catch (BrokenRule broken) {
            watch.broken(Door.QUEUE);
            bury(body, broken);
            return;
        }
        watch.naming(message, () -> take(message, delivery));
    }

    private void take(Message message, org.springframework.amqp.core.Message delivery) {
        try {
            String actor = "queue:" + message.source();
            Optional<UUID> deadLetter = DeadLetterHeaders.id(delivery);
            Answer answer = deadLetter.isPresent() ? inbox.receiveAgain(message, actor) : inbox.receive(message, actor);
            deadLetter.ifPresent(id -> deadLetters.noteRetry(id, answer));
            LOG.debug("{} {} of {}: {}", message.type().wireName(), message.id(), message.source(), answer.outcome());
        } catch (BrokenRule broken) {
            bury(delivery.getBody(), broken);
        }
    }

    private void bury(byte[] body, BrokenRule broken) {
        UUID id = deadLetters.keep(body, broken.getMessage());
        LOG.info("a command cannot be taken in and is now dead letter {}", id);
    }
}
