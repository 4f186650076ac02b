package dev.orderflow.operations;

import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.CommandType;
import dev.orderflow.messaging.Message;
import dev.orderflow.messaging.MessageWatch;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.Timeline.Recorded;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** Counts and times messages, counts the events that were committed, and names the message in every line its work writes to the log. */
@Component
class WatchedMessages implements MessageWatch {

    static final String ORDER_NO = "orderNo";
    static final String SKU = "sku";
    static final String MESSAGE_ID = "messageId";

    private static final String NOT_READ = "unreadable";

    private final Traces traces;
    private final MeterProvider<Counter> messages;
    private final MeterProvider<Timer> times;
    private final MeterProvider<Counter> events;

    // The registry looks a meter up by its sorted tags; here one look at a map is enough.
    private final Map<Became, Counter> counters = new ConcurrentHashMap<>();
    private final Map<Way, Timer> timers = new ConcurrentHashMap<>();
    private final Map<String, Counter> eventCounters = new ConcurrentHashMap<>();

    WatchedMessages(MeterRegistry registry, Traces traces) {
        this.traces = traces;
        this.messages = Counter.builder("orderflow.messages")
                .description("Messages that came in, by what became of them")
                .withRegistry(registry);
        this.times = Timer.builder("orderflow.message.time")
                .description("How long taking a message in took, to its commit, with all its attempts")
                .serviceLevelObjectives(milliseconds(2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000))
                .withRegistry(registry);
        this.events = Counter.builder("orderflow.events")
                .description("Events that were committed")
                .withRegistry(registry);
    }

    private static Duration[] milliseconds(long... values) {
        return Arrays.stream(values).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    @Override
    public Answer over(Message message, Door door, Supplier<Answer> work) {
        long start = System.nanoTime();
        String outcome = "FAILED";
        try (Named named = new Named(message)) {
            Answer answer = traces.follow(message, () -> named.after(work.get()));
            outcome = answer.outcome().name();
            return answer;
        } catch (BrokenRule broken) {
            outcome = "BROKEN";
            throw broken;
        } finally {
            count(message, door, outcome, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    @Override
    public Answer within(Message message, Supplier<Answer> work) {
        try (Named named = new Named(message)) {
            return traces.follow(message, () -> named.after(work.get()));
        }
    }

    @Override
    public void done(Message message, Door door, Answer answer, Duration took) {
        count(message, door, answer.outcome().name(), took);
    }

    private void count(Message message, Door door, String outcome, Duration took) {
        String type = message.type().wireName();
        count(type, outcome, door);
        timers.computeIfAbsent(new Way(type, door), way -> times.withTags("type", type, "door", name(door)))
                .record(took);
    }

    @Override
    @SuppressWarnings("try") // the names are there to be taken away again
    public void naming(Message message, Runnable work) {
        try (Named named = new Named(message)) {
            work.run();
        }
    }

    @Override
    public void broken(Door door) {
        count(NOT_READ, "BROKEN", door);
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void count(TakenByEngine taken) {
        count(taken.type().wireName(), "APPLIED", Door.ENGINE);
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void count(Recorded event) {
        eventCounters
                .computeIfAbsent(event.type(), type -> events.withTags("type", type))
                .increment();
    }

    private void count(String type, String outcome, Door door) {
        counters.computeIfAbsent(
                        new Became(type, outcome, door),
                        became -> messages.withTags("type", type, "outcome", outcome, "door", name(door)))
                .increment();
    }

    private static String name(Door door) {
        return door.name().toLowerCase(Locale.ROOT);
    }

    private record Became(String type, String outcome, Door door) {}

    private record Way(String type, Door door) {}

    /** What stands in the log's context while a message is worked on; closing puts back what was there. */
    private static final class Named implements AutoCloseable {

        private final String subject;
        private final @Nullable String outerSubject;
        private final @Nullable String outerId;

        Named(Message message) {
            this.subject = message.type() == CommandType.STOCK_ADJUSTED ? SKU : ORDER_NO;
            this.outerSubject = MDC.get(subject);
            this.outerId = MDC.get(MESSAGE_ID);
            put(subject, message.subject());
            put(MESSAGE_ID, message.id());
        }

        /** Where the number was left to us, it is known now. */
        Answer after(Answer answer) {
            if (answer.orderNo() != null) {
                MDC.put(ORDER_NO, answer.orderNo());
            }
            return answer;
        }

        @Override
        public void close() {
            put(subject, outerSubject);
            put(MESSAGE_ID, outerId);
        }

        private static void put(String key, @Nullable String value) {
            if (value == null) {
                MDC.remove(key);
            } else {
                MDC.put(key, value);
            }
        }
    }
}
