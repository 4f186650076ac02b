package dev.orderflow.replay;

import dev.orderflow.replay.Evidence.Answer;
import dev.orderflow.replay.Evidence.Pending;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitOperations;

/**
 * Sends the messages when the clock says so, and moves the clock. Messages of different orders may be under way together, as far
 * apart as {@code lead} allows; those of one order go one after the other; and while anything is under way that a timer could
 * overtake, time stands still. So with no lead every timer fires to the second where the data puts it.
 */
final class Conductor {

    private static final String EXCHANGE = "orders.commands";
    private static final int MOST_UNDER_WAY = 48;
    private static final int JOBS_AT_A_TIME = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A message on its way, and the broker's word for it. */
    private record Sent(Step step, CorrelationData confirm) {}

    private final Evidence evidence;
    private final RabbitOperations broker;
    private final ManagementService engine;
    private final TaskService tasks;
    private final DeadLetterWatch deadLetters;
    private final Queue<Step> replies;
    private final Signs signs;
    private final Duration lead;
    private final Progress progress;

    private final NavigableSet<Step> ahead = new TreeSet<>();
    private final Map<String, Sent> underWay = new LinkedHashMap<>();
    private final Set<String> busy = new HashSet<>(); // subjects of what is under way
    private final Map<String, Fate> first = new HashMap<>();
    private final Map<String, Step> sent = new LinkedHashMap<>();
    private Instant clock = Instant.MIN;
    private long moved = System.nanoTime();
    private long repliesTaken;
    private long timersFired;

    Conductor(
            Evidence evidence,
            RabbitOperations broker,
            ManagementService engine,
            TaskService tasks,
            DeadLetterWatch deadLetters,
            Queue<Step> replies,
            Signs signs,
            Duration lead,
            Progress progress) {
        this.evidence = evidence;
        this.broker = broker;
        this.engine = engine;
        this.tasks = tasks;
        this.deadLetters = deadLetters;
        this.replies = replies;
        this.signs = signs;
        this.lead = lead;
        this.progress = progress;
    }

    static Queue<Step> replies() {
        return new ConcurrentLinkedQueue<>();
    }

    /**
     * Sends all of it, and goes on until the clock reaches {@code end} or nothing is left that it could bring about.
     *
     * @throws IllegalStateException if something that must happen does not
     */
    void conduct(Collection<Step> steps, Instant end) {
        ahead.addAll(steps);
        progress.expect(steps.size());
        turn(ahead.first().at());
        while (true) {
            Pending pending = evidence.pending();
            takeReplies();
            boolean settled = !pending.waking() && pending.refunds() == repliesTaken;
            Instant next = earliest(pending.due(), pending.expiry());
            if (settled && underWay.isEmpty()) {
                if (next != null
                        && !next.isAfter(ahead.isEmpty() ? end : ahead.first().at())) {
                    fire(next, pending);
                    continue;
                }
                if (ahead.isEmpty()) {
                    return;
                }
            }
            if (settled) {
                send(next);
            }
            do {
                pause();
            } while (!underWay.isEmpty() && !arrivals());
        }
    }

    private boolean arrivals() {
        Map<String, Answer> answers =
                evidence.answers(underWay.values().stream().map(Sent::step).toList());
        boolean arrived = false;
        for (Iterator<Sent> all = underWay.values().iterator(); all.hasNext(); ) {
            Sent one = all.next();
            Answer answer = answers.get(one.step().id());
            if (answer != null || deadLetters.has(one.step())) {
                first.put(one.step().id(), answer == null ? Fate.DEAD_LETTERED : Fate.valueOf(answer.outcome()));
                demandConfirm(one);
                busy.remove(one.step().subject());
                all.remove();
                progress.arrived(clock);
                arrived = true;
            }
        }
        if (arrived) {
            moved = System.nanoTime();
        }
        return arrived;
    }

    private static void demandConfirm(Sent one) {
        try {
            if (!one.confirm()
                    .getFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .isAck()) {
                throw new IllegalStateException("the broker refused " + one.step());
            }
        } catch (TimeoutException | ExecutionException e) {
            throw new IllegalStateException("the broker did not confirm " + one.step(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void takeReplies() {
        for (Step reply = replies.poll(); reply != null; reply = replies.poll()) {
            ahead.add(reply);
            progress.expect(1);
            repliesTaken++;
        }
    }

    /** Sends what may go now; nothing that comes at or after the next timer. */
    private void send(@Nullable Instant nextTimer) {
        if (ahead.isEmpty()) {
            return;
        }
        turn(Stream.concat(
                        underWay.values().stream().map(Sent::step).map(Step::at),
                        Stream.of(ahead.first().at()))
                .min(Instant::compareTo)
                .orElseThrow());
        Instant horizon = clock.plus(lead);
        Set<String> waiting = new HashSet<>(busy);
        for (Iterator<Step> all = ahead.iterator(); all.hasNext() && underWay.size() < MOST_UNDER_WAY; ) {
            Step step = all.next();
            if (step.at().isAfter(horizon) || nextTimer != null && !step.at().isBefore(nextTimer)) {
                break;
            }
            if (waiting.add(step.subject())) {
                publish(step);
                all.remove();
            }
        }
    }

    private void publish(Step step) {
        CorrelationData confirm = new CorrelationData(step.id());
        broker.send(
                EXCHANGE,
                step.type().toString(),
                MessageBuilder.withBody(step.body())
                        .setContentType("application/cloudevents+json")
                        .setDeliveryMode(MessageDeliveryMode.PERSISTENT)
                        .build(),
                confirm);
        underWay.put(step.id(), new Sent(step, confirm));
        busy.add(step.subject());
        sent.put(step.id(), step);
        moved = System.nanoTime();
    }

    /** Nothing is under way: the clock goes to the next timer, and what is due happens. */
    private void fire(Instant now, Pending pending) {
        turn(now);
        List<Job> jobs = engine.createJobQuery()
                .duedateLowerThan(new Date(now.toEpochMilli() + 1))
                .withRetriesLeft()
                .orderByJobDuedate()
                .asc()
                .listPage(0, JOBS_AT_A_TIME);
        for (Job job : jobs) {
            engine.executeJob(job.getId());
            timersFired++;
            moved = System.nanoTime();
        }
        for (String task : evidence.unassignedMoney()) {
            tasks.complete(task, Map.of("decision", "REFUND"));
        }
        if (pending.expiry() != null && !pending.expiry().isAfter(now)) {
            pause(); // the application looks for itself
        }
    }

    private void turn(Instant time) {
        if (time.isAfter(clock)) {
            clock = time;
            ClockUtil.setCurrentTime(Date.from(time));
        }
    }

    private void pause() {
        if (System.nanoTime() - moved > PATIENCE.toNanos()) {
            throw new IllegalStateException("nothing has happened for " + PATIENCE.toSeconds() + " s at " + clock
                    + "; under way: " + underWay.keySet() + "; " + evidence.pending() + "; the provider was asked for "
                    + repliesTaken + " refunds");
        }
        signs.await();
    }

    private static @Nullable Instant earliest(@Nullable Instant one, @Nullable Instant other) {
        return Stream.of(one, other)
                .filter(java.util.Objects::nonNull)
                .min(Instant::compareTo)
                .orElse(null);
    }

    /** Every message that went out, by its id. */
    Map<String, Step> sent() {
        return sent;
    }

    /** What each was answered at once. */
    Map<String, Fate> first() {
        return first;
    }

    long timersFired() {
        return timersFired;
    }
}
