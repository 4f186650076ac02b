package dev.orderflow.replay;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageListener;

/** A consumer of {@code orders.commands.dead}: which messages came out there, and why. */
final class DeadLetterWatch implements MessageListener {

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, String> reasons = new ConcurrentHashMap<>();

    @Override
    public void onMessage(Message message) {
        String reason = message.getMessageProperties().getHeader("x-orderflow-reason");
        try {
            reasons.put(JSON.readTree(message.getBody()).path("id").asText(), reason);
        } catch (IOException e) {
            throw new IllegalStateException("a dead letter is not what was sent", e);
        }
    }

    /** The reason by message id. */
    Map<String, String> reasons() {
        return reasons;
    }

    boolean has(Step step) {
        return reasons.containsKey(step.id());
    }
}
