package dev.orderflow.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.util.Map;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The append-only record of all that happened, and at the same time the outbox: what is recorded here is published after the
 * commit. Whoever records about a subject holds its lock (the order's row, the sku's row, or {@link Orders#lock}), so
 * sequences have no gaps and no rivals.
 */
@Repository
public class Timeline {

    private final JdbcClient jdbc;
    private final ObjectMapper json;
    private final Clock clock;
    private final WhoActs whoActs;
    private final ApplicationEventPublisher signals;

    Timeline(JdbcClient jdbc, ObjectMapper json, Clock clock, WhoActs whoActs, ApplicationEventPublisher signals) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.whoActs = whoActs;
        this.signals = signals;
    }

    /** Records an event of the given type (such as {@code OrderPaid}) with what changed; no personal data. */
    public void record(String subject, String type, Map<String, ?> data) {
        jdbc.sql("""
                        insert into order_event (subject, sequence, type, data, actor, happened_at)
                        select :subject, coalesce(max(sequence), 0) + 1, :type, :data, :actor, :now
                        from order_event where subject = :subject
                        """)
                .param("subject", subject)
                .param("type", type)
                .param("data", write(data))
                .param("actor", whoActs.now())
                .param("now", SqlTime.of(clock.instant()))
                .update();
        signals.publishEvent(new Recorded(subject));
    }

    private String write(Map<String, ?> data) {
        try {
            return json.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("event data cannot be written as JSON: " + data.keySet(), e);
        }
    }

    /** Published inside the transaction that recorded something; after its commit there is something to publish. */
    public record Recorded(String subject) {}

    /** Names the actor of the current transaction; the process package knows it for the engine's own doors. */
    public interface WhoActs {
        String now();
    }
}
