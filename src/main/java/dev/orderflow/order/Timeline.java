package dev.orderflow.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderflow.order.LastWrites.Write;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Repository;

/**
 * The append-only record of all that happened, and at the same time the outbox: what is recorded here is published after the
 * commit. Whoever records about a subject holds its lock (the order's row, the sku's row, or {@link Orders#lock}), so
 * sequences have no gaps and no rivals.
 */
@Repository
public class Timeline {

    private final LastWrites lastWrites;
    private final ObjectMapper json;
    private final Clock clock;
    private final WhoActs whoActs;
    private final ApplicationEventPublisher signals;

    Timeline(
            LastWrites lastWrites, ObjectMapper json, Clock clock, WhoActs whoActs, ApplicationEventPublisher signals) {
        this.lastWrites = lastWrites;
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
        lastWrites.of(this, Page.class, Page::new).entries.add(entry);
        signals.publishEvent(new Recorded(subject, type));
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
    private static final class Page implements LastWrites.Collected {

        private static final String WRITE = """
                with recorded as (
                    insert into order_event (subject, sequence, type, data, actor, happened_at, traceparent)
                    select e.subject,
                           coalesce((select max(o.sequence) from order_event o where o.subject = e.subject), 0)
                               + row_number() over (partition by e.subject order by e.place),
                           e.type, e.data, e.actor, e.happened_at, e.traceparent
                    from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::text[])
                         with ordinality as e (subject, type, data, actor, happened_at, traceparent, place)
                    order by e.place
                    returning id)
                insert into outbox (event_id) select id from recorded
                """;

        /** Where all is about one subject, as it mostly is: its last sequence is asked for once. */
        private static final String WRITE_ONE_SUBJECT = """
                with recorded as (
                    insert into order_event (subject, sequence, type, data, actor, happened_at, traceparent)
                    select ?, so_far.sequence + e.place, e.type, e.data, e.actor, e.happened_at, e.traceparent
                    from (select coalesce(max(sequence), 0) as sequence from order_event where subject = ?) so_far
                    cross join (values %s) as e (place, type, data, actor, happened_at, traceparent)
                    order by e.place
                    returning id)
                insert into outbox (event_id) select id from recorded
                """;

        /** The same for so many events, of which a transaction has a few. */
        private static final Map<Integer, String> WRITES = new ConcurrentHashMap<>();

        private final List<Entry> entries = new ArrayList<>();

        @Override
        public Write write() {
            String subject = entries.get(0).subject();
            return entries.stream().allMatch(entry -> entry.subject().equals(subject))
                    ? writeOneSubject(subject)
                    : writeAll();
        }

        private Write writeAll() {
            return Write.of(
                    WRITE,
                    rows -> {},
                    Write.column(entries, Entry::subject),
                    Write.column(entries, Entry::type),
                    Write.column(entries, Entry::data),
                    Write.column(entries, Entry::actor),
                    Write.column(entries, entry -> entry.happenedAt().toString()),
                    Write.column(entries, Entry::traceparent));
        }

        private Write writeOneSubject(String subject) {
            List<@Nullable Object> values = new ArrayList<>(List.of(subject, subject));
            for (Entry entry : entries) {
                values.addAll(Arrays.asList(
                        entry.type(), entry.data(), entry.actor(), entry.happenedAt(), entry.traceparent()));
            }
            return new Write(WRITES.computeIfAbsent(entries.size(), Page::ofOneSubject), values, written -> {});
        }

        private static String ofOneSubject(int events) {
            String rows = IntStream.rangeClosed(1, events)
                    .mapToObj("(%d, ?::text, ?::text, ?::text, ?::timestamptz, ?::text)"::formatted)
                    .collect(Collectors.joining(", "));
            return WRITE_ONE_SUBJECT.formatted(rows);
        }
    }

    /** Published inside the transaction that recorded something; after its commit there is something to publish. */
    public record Recorded(String subject, String type) {}

    /** Names the actor of the current transaction; the process package knows it for the engine's own doors. */
    public interface WhoActs {
        String now();
    }
}
