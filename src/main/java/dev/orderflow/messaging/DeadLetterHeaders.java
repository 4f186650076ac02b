package dev.orderflow.messaging;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

/** The headers of a message in {@code orders.commands.dead}: which dead letter it is and why. They stay on when it is sent back. */
final class DeadLetterHeaders {

    private static final String ID = "x-orderflow-dead-letter-id";
    private static final String REASON = "x-orderflow-reason";
    private static final String RECEIVED_AT = "x-orderflow-received-at";

    private DeadLetterHeaders() {}

    static void write(MessageProperties properties, UUID id, String reason, Instant receivedAt) {
        properties.setHeader(ID, id.toString());
        properties.setHeader(REASON, reason);
        properties.setHeader(RECEIVED_AT, receivedAt.toString());
    }

    /** Which dead letter somebody sent back to us, if this is one. */
    static Optional<UUID> id(Message delivery) {
        if (!(delivery.getMessageProperties().getHeader(ID) instanceof String id)) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }
}
