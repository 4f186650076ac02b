package dev.orderflow.messaging;

import dev.orderflow.messaging.MessageWatch.Door;
import dev.orderflow.order.BrokenRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.BatchMessageListener;
import org.springframework.stereotype.Component;

/**
 * Takes commands from the queue into the inbox: what has come together and is about different orders by one transaction, and each by
 * itself where that fails, so that nothing changes for its sender. What can never be taken in becomes a dead letter. Deliveries are
 * acknowledged when this returns, which is after the commit. It reads the raw bytes itself: nothing a sender writes into headers
 * decides how they are read.
 */
@Component
class CommandListener implements BatchMessageListener {

    private static final Logger LOG = LoggerFactory.getLogger(CommandListener.class);

    private final MessageReader reader;
    private final Inbox inbox;
    private final DeadLetters deadLetters;
    private final MessageWatch watch;
    private final Attempts attempts;

    CommandListener(MessageReader reader, Inbox inbox, DeadLetters deadLetters, MessageWatch watch, Attempts attempts) {
        this.reader = reader;
        this.inbox = inbox;
        this.deadLetters = deadLetters;
        this.watch = watch;
        this.attempts = attempts;
    }

    /** @throws RuntimeException if something of it has to come again; what was taken in meanwhile is known then */
    @Override
    public void onMessageBatch(List<org.springframework.amqp.core.Message> batch) {
        @Nullable RuntimeException putBack = null;
        for (List<Delivery> round : rounds(batch)) {
            if (round.size() == 1 || !isTakenTogether(round)) {
                for (Delivery delivery : round) {
                    try {
                        attempts.at(delivery.raw(), () -> take(delivery.raw()));
                    } catch (RuntimeException later) {
                        putBack = later;
                    }
                }
            }
        }
        if (putBack != null) {
            throw putBack;
        }
    }

    /** In the order they came; two about one order are never in one round, and what may not share a transaction is alone. */
    private List<List<Delivery>> rounds(List<org.springframework.amqp.core.Message> batch) {
        List<List<Delivery>> rounds = new ArrayList<>();
        Set<String> subjects = new HashSet<>(); // of the last round, while it is open
        boolean open = false;
        for (org.springframework.amqp.core.Message raw : batch) {
            Message message = batch.size() > 1 ? whatMayShare(raw) : null;
            boolean joins = open && message != null && !subjects.contains(message.subject());
            if (!joins) {
                rounds.add(new ArrayList<>());
                subjects.clear();
            }
            rounds.get(rounds.size() - 1).add(new Delivery(raw, message));
            open = message != null;
            if (message != null && message.subject() != null) {
                subjects.add(message.subject());
            }
        }
        return rounds;
    }

    private @Nullable Message whatMayShare(org.springframework.amqp.core.Message raw) {
        if (DeadLetterHeaders.id(raw).isPresent()) {
            return null;
        }
        try {
            Message message = reader.read(raw.getBody());
            return message.type().mayShare() ? message : null;
        } catch (RuntimeException unreadable) {
            return null; // what is wrong with it is told when it is taken by itself
        }
    }

    private boolean isTakenTogether(List<Delivery> round) {
        List<Message> messages = round.stream()
                .map(delivery -> Objects.requireNonNull(delivery.message()))
                .toList();
        try {
            inbox.receiveTogether(messages, CommandListener::actor);
            LOG.debug("{} commands taken in together", messages.size());
            return true;
        } catch (RuntimeException anyOfThem) {
            LOG.debug("{} commands are taken in one by one", messages.size(), anyOfThem);
            return false;
        }
    }

    void take(org.springframework.amqp.core.Message delivery) {
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
            Optional<UUID> deadLetter = DeadLetterHeaders.id(delivery);
            Answer answer = deadLetter.isPresent()
                    ? inbox.receiveAgain(message, actor(message))
                    : inbox.receive(message, actor(message));
            deadLetter.ifPresent(id -> deadLetters.noteRetry(id, answer));
            LOG.debug("{} {} of {}: {}", message.type().wireName(), message.id(), message.source(), answer.outcome());
        } catch (BrokenRule broken) {
            bury(delivery.getBody(), broken);
        }
    }

    private static String actor(Message message) {
        return "queue:" + message.source();
    }

    private void bury(byte[] body, BrokenRule broken) {
        UUID id = deadLetters.keep(body, broken.getMessage());
        LOG.info("a command cannot be taken in and is now dead letter {}", id);
    }

    /** @param message what was read of it; null if it is to be taken by itself */
    private record Delivery(
            org.springframework.amqp.core.Message raw,
            @Nullable Message message) {}
}
