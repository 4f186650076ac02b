package dev.orderflow.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageListener;

/**
 * A consumer of all events, as suspicious as it can be: every one is read, and those of one subject must count from 1 without a
 * gap. It is the payment provider too, which answers requests for refunds.
 */
final class EventWatch implements MessageListener {

    private static final int REMEMBERED_COMPLAINTS = 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final Consumer<Step> answers;
    private final Map<String, Long> last = new HashMap<>();
    private final Map<String, Long> types = new TreeMap<>();
    private final Set<String> refunds = new HashSet<>();
    private final List<String> complaints = new ArrayList<>();
    private long heard;
    private long repeated;

    /** @param answers where the provider sends that a refund is settled */
    EventWatch(Consumer<Step> answers) {
        this.answers = answers;
    }

    @Override
    public synchronized void onMessage(Message message) {
        try {
            hear(JSON.readTree(message.getBody()));
        } catch (IOException e) {
            complain("no JSON: " + e.getMessage());
        }
    }

    private void hear(JsonNode event) {
        String subject = event.path("subject").asText();
        long sequence = event.path("sequence").asLong();
        String type = event.path("type").asText();
        if (!event.path("specversion").asText().equals("1.0")
                || !event.path("source").asText().equals("/orderflow")
                || !event.path("id").asText().equals(subject + "/" + sequence)
                || !event.path("data").isObject()) {
            complain("not what was promised: " + event);
        }
        long before = last.getOrDefault(subject, 0L);
        if (sequence <= before) {
            repeated++; // published at least once; who listens knows it by its id
            return;
        }
        if (sequence != before + 1) {
            complain(type + " of " + subject + " is number " + sequence + " after " + before);
        }
        last.put(subject, sequence);
        types.merge(type, 1L, Long::sum);
        heard++;
        if (type.equals("RefundRequested")) {
            settle(event);
        }
    }

    private void settle(JsonNode event) {
        String refund = event.at("/data/refundId").asText();
        if (refunds.add(refund)) {
            Instant requested = Instant.parse(event.path("time").asText());
            answers.accept(Story.settled(requested, event.path("subject").asText(), refund));
        }
    }

    private void complain(String complaint) {
        if (complaints.size() < REMEMBERED_COMPLAINTS) {
            complaints.add(complaint);
        }
    }

    /** How many different events came. */
    synchronized long heard() {
        return heard;
    }

    /** How many events came again. */
    synchronized long repeated() {
        return repeated;
    }

    synchronized Map<String, Long> types() {
        return new TreeMap<>(types);
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }
}
