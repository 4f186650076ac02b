package dev.orderflow.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.ResourceHolderSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

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

    /**
     * Records an event of the given type (such as {@code OrderPaid}) with what changed; no personal data. The rows of one transaction
     * are written together, right before it commits.
     */
    public void record(String subject, String type, Map<String, ?> data) {
        Entry entry = new Entry(
                subject, type, write(data), whoActs.now(), SqlTime.of(clock.instant()), Traceparent.current());
        Page page = (Page) TransactionSynchronizationManager.getResource(this);
        if (page == null) {
            page = new Page();
            // First of the two: it refuses to work outside a transaction.
            TransactionSynchronizationManager.registerSynchronization(new WriteBeforeCommit(page));
            TransactionSynchronizationManager.bindResource(this, page);
        }
        page.entries.add(entry);
        signals.publishEvent(new Recorded(subject, type));
    }

    private void write(List<Entry> entries) {
        jdbc.sql("""
                        with recorded as (
                            insert into order_event (subject, sequence, type, data, actor, happened_at, traceparent)
                            select e.subject,
                                   coalesce((select max(o.sequence) from order_event o where o.subject = e.subject), 0)
                                       + row_number() over (partition by e.subject order by e.place),
                                   e.type, e.data, e.actor, e.happened_at, e.traceparent
                            from unnest(:subjects::text[], :types::text[], :data::text[], :actors::text[], :times::timestamptz[],
                                        :traceparents::text[])
                                 with ordinality as e (subject, type, data, actor, happened_at, traceparent, place)
                            order by e.place
                            returning id)
                        insert into outbox (event_id) select id from recorded
                        """)
                .param("subjects", column(entries, Entry::subject))
                .param("types", column(entries, Entry::type))
                .param("data", column(entries, Entry::data))
                .param("actors", column(entries, Entry::actor))
                .param("times", column(entries, entry -> entry.happenedAt().toString()))
                .param("traceparents", column(entries, Entry::traceparent))
                .update();
    }

    private static String[] column(List<Entry> entries, Function<Entry, @Nullable String> value) {
        return entries.stream().map(value).toArray(String[]::new);
    }

    private String write(Map<String, ?> data) {
        try {
            return json.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("event data cannot be written as JSON: " + data.keySet(), e);
        }
    }

    private record Entry(
            String subject,
            String type,
            String data,
            String actor,
            OffsetDateTime happenedAt,
            @Nullable String traceparent) {}

    /** What the current transaction has recorded so far. */
    private static final class Page extends ResourceHolderSupport {
        private final List<Entry> entries = new ArrayList<>();
    }

    private final class WriteBeforeCommit extends ResourceHolderSynchronization<Page, Timeline> {

        private final Page page;

        WriteBeforeCommit(Page page) {
            super(page, Timeline.this);
            this.page = page;
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            if (!page.entries.isEmpty()) {
                write(page.entries);
                page.entries.clear();
            }
        }
    }

    /** Published inside the transaction that recorded something; after its commit there is something to publish. */
    public record Recorded(String subject, String type) {}

    /** Names the actor of the current transaction; the process package knows it for the engine's own doors. */
    public interface WhoActs {
        String now();
    }
}
