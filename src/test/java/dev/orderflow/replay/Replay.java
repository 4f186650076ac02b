package dev.orderflow.replay;

import dev.orderflow.order.Timeline;
import dev.orderflow.process.OrderTimers;
import dev.orderflow.web.Invariants;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.Binding.DestinationType;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Replays the orders of a folder against the running application and says what came of them; the exit code is 0 only if every
 * message, order, event, cent and piece is accounted for. Wants a database of its own.
 */
public final class Replay implements ApplicationRunner, ExitCodeGenerator {

    private static final String EVENTS = "orderflow.replay.events";
    private static final String DEAD_LETTERS = "orders.commands.dead";
    private static final int PREFETCH = 500;

    /** After the last message of the data, long enough for what waits for an order to have waited in vain. */
    private static final Duration AFTERWARDS = Duration.ofDays(400);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 5_000_000;

    private final Evidence evidence;
    private final ConnectionFactory broker;
    private final ManagementService engine;
    private final TaskService tasks;
    private final OrderTimers timers;
    private final Invariants invariants;

    private final Signs signs = new Signs();

    private boolean ok;

    Replay(
            JdbcClient jdbc,
            ConnectionFactory broker,
            ManagementService engine,
            TaskService tasks,
            OrderTimers timers,
            Invariants invariants) {
        this.evidence = new Evidence(jdbc);
        this.broker = broker;
        this.engine = engine;
        this.tasks = tasks;
        this.timers = timers;
        this.invariants = invariants;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        PrintStream out = System.out;
        try {
            ReplayOptions options = ReplayOptions.of(arguments);
            OlistData data = OlistData.read(options.folder()).slice(options.limit());
            out.printf(
                    "Replaying %d orders of %s with %s.%n", data.orders().size(), options.folder(), options.timers());
            ok = replay(data, options.timers().lead(), out, System.console() != null);
        } catch (UncheckedIOException | IllegalArgumentException | IllegalStateException e) {
            giveUp(out, e.getMessage());
        } catch (RuntimeException e) {
            e.printStackTrace();
            giveUp(out, e.toString());
        }
    }

    private static void giveUp(PrintStream out, String why) {
        out.println();
        out.println("REPLAY failed: " + why);
    }

    /** Something was committed, so it is worth looking. */
    @TransactionalEventListener
    void wake(Timeline.Recorded recorded) {
        signs.give();
    }

    @Override
    public int getExitCode() {
        return ok ? 0 : 1;
    }

    /**
     * @param lead how far messages may be ahead of the clock
     * @return whether everything is accounted for
     */
    boolean replay(OlistData data, Duration lead, PrintStream out, boolean terminal) {
        if (!evidence.isUntouched()) {
            throw new IllegalStateException("the database has orders already; a replay wants an empty one");
        }
        Queue<Step> replies = Conductor.replies();
        EventWatch events = new EventWatch(replies::add);
        DeadLetterWatch deadLetters = new DeadLetterWatch();
        Progress progress = new Progress(out, terminal);
        Conductor conductor =
                new Conductor(evidence, publisher(), engine, tasks, deadLetters, replies, signs, lead, progress);
        var listeners = List.of(listen(declareEvents(), events), listen(DEAD_LETTERS, deadLetters));
        try {
            Map<String, List<Step>> stories = new HashMap<>();
            data.orders().forEach(order -> stories.put(order.id(), Story.of(order)));
            List<Step> steps = new ArrayList<>(Story.stock(data.orders()));
            stories.values().forEach(steps::addAll);
            Instant end = steps.stream()
                    .map(Step::at)
                    .max(Instant::compareTo)
                    .orElseThrow()
                    .plus(AFTERWARDS);

            conductor.conduct(steps, end);
            await(() -> evidence.unpublished() == 0
                    && evidence.deadLetters() == deadLetters.reasons().size()
                    && evidence.eventCount() <= events.heard());
            progress.finish(end);

            Outcome outcome = new Outcome(
                    data, forecasts(data, stories, end), conductor, events, deadLetters, evidence, invariants);
            return new Report(outcome, out).print(progress.seconds());
        } finally {
            listeners.forEach(SimpleMessageListenerContainer::stop);
            ClockUtil.reset();
        }
    }

    private Map<String, Forecast> forecasts(OlistData data, Map<String, List<Step>> stories, Instant end) {
        Forecast.Timers limits = new Forecast.Timers(
                method -> Duration.parse(timers.payment(method)),
                Duration.parse(timers.autoReceipt()),
                Duration.parse(timers.reviewWindow()),
                Duration.parse(timers.parking()));
        Map<String, Forecast> forecasts = new HashMap<>();
        data.orders()
                .forEach(order -> forecasts.put(order.id(), Forecast.of(order, stories.get(order.id()), limits, end)));
        return forecasts;
    }

    /** The application's broker, asked to confirm what is sent. */
    private RabbitTemplate publisher() {
        var confirming = new CachingConnectionFactory(((CachingConnectionFactory) broker).getRabbitConnectionFactory());
        confirming.setPublisherConfirmType(CachingConnectionFactory.ConfirmType.CORRELATED);
        return new RabbitTemplate(confirming);
    }

    private String declareEvents() {
        RabbitAdmin admin = new RabbitAdmin(broker);
        admin.declareQueue(QueueBuilder.nonDurable(EVENTS).autoDelete().build());
        admin.declareBinding(new Binding(EVENTS, DestinationType.QUEUE, "orders.events", "#", null));
        return EVENTS;
    }

    private SimpleMessageListenerContainer listen(String queue, MessageListener listener) {
        SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(broker);
        container.setQueueNames(queue);
        container.setMessageListener(listener);
        container.setPrefetchCount(PREFETCH);
        container.afterPropertiesSet();
        container.start();
        return container;
    }

    private static void await(BooleanSupplier done) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean() && System.nanoTime() < until) {
            LockSupport.parkNanos(PAUSE_NANOS); // whatever is missing then, the report says
        }
    }
}
