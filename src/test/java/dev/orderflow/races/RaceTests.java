package dev.orderflow.races;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.embedded.SecondNode;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.races.Duel.Done;
import dev.orderflow.races.Pair.Outcome;
import dev.orderflow.races.Sights.Sight;
import dev.orderflow.web.Invariants;
import dev.orderflow.world.AtOnce;
import dev.orderflow.world.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.camunda.bpm.engine.runtime.Job;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Two who want different things of one order, from two nodes. One after the other they must leave what the transition function says,
 * with the answers it says; at once they must leave one of these two pictures, down to the last event and cent, and nothing else.
 */
@OrderflowTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RaceTests {

    /** How often each pair meets at once, spread over its situations; {@code -Dorderflow.races=500} for a long look. */
    private static final int RACES = Integer.getInteger("orderflow.races", 20);

    /** How many meet at the same time. */
    private static final int LANES = 4;

    /** But so often in each of them. */
    private static final int LEAST = 4;

    @Autowired
    private ApplicationContext context;

    @Autowired
    private Invariants invariants;

    @Autowired
    private JdbcClient jdbc;

    private ConfigurableApplicationContext other;
    private List<Node> nodes;
    private Sights sights;
    private @Nullable Situation situation;
    private final Tally tally = new Tally();
    private final List<Duel> duels = Stream.generate(Duel::new).limit(LANES).toList();

    @BeforeAll
    void startTheOtherNode() {
        other = SecondNode.start("races", Map.of());
        nodes = List.of(Node.of(context), Node.of(other));
        sights = new Sights(jdbc);
    }

    @AfterAll
    void report() throws IOException {
        duels.forEach(Duel::close);
        other.close();
        tally.write();
        assertThat(tally.wonByBoth())
                .as("the share of pairs in which either was first")
                .isGreaterThan(0.5);
    }

    static Stream<Pair> pairs() {
        return Arrays.stream(Situation.values()).flatMap(Pair::in);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void whoever_is_first_wins_and_the_other_is_told_so(Pair pair) throws Exception {
        if (pair.situation() != situation) {
            checkInvariants();
            situation = pair.situation();
        }
        race(pair);
    }

    @Test
    void one_payment_told_of_two_orders_at_once_is_applied_to_one_of_them() throws Exception {
        for (int race = 0; race < RACES; race++) {
            String one = nodes.get(0).world().placed();
            String two = nodes.get(1).world().placed();
            Command toldOfOne = Command.paymentCaptured(one, Expected.TOTAL);
            Command toldOfTwo =
                    Command.paymentCaptured(two, Expected.TOTAL).with("paymentId", toldOfOne.text("paymentId"));

            List<Done<String>> done = duels.get(0)
                    .fight(
                            () -> nodes.get(0).send(toldOfOne),
                            () -> nodes.get(1).send(toldOfTwo),
                            0);

            assertThat(done.stream().map(Done::result))
                    .as("race %s", race)
                    .containsExactlyInAnyOrder("APPLIED AWAITING_SHIPMENT", "DUPLICATE PENDING_PAYMENT");
        }
    }

    @Test
    void a_timer_that_is_due_on_two_nodes_fires_once() throws Exception {
        List<Scene> scenes =
                Stream.generate(() -> Scene.of(Situation.PLACED)).limit(RACES).toList();
        ManagementService engine = context.getBean(ManagementService.class);
        List<JobExecutor> executors =
                Stream.of(context, other).map(RaceTests::jobExecutor).toList();
        try {
            prepare(Situation.PLACED, scenes);
            executors.forEach(JobExecutor::start);
            for (Scene scene : scenes) {
                Job timer = nodes.get(0).world().timer("order", scene.orderNo(), "BoundaryEvent_PaymentOverdue");
                engine.setJobDuedate(timer.getId(), new Date(0));
            }
            await().until(() ->
                    sights.of(scenes).stream().allMatch(sight -> sight.sum().status() == OrderStatus.CANCELLED));
        } finally {
            executors.forEach(JobExecutor::shutdown);
        }

        assertThat(sights.of(scenes))
                .allSatisfy(sight -> assertThat(sight.timeline())
                        .containsExactly("OrderPlaced", "StockReserved", "OrderCancelled", "StockReleased"));
    }

    /** The engine's own, which looks for due jobs often; the tests' nodes have it, but do not start it. */
    private static JobExecutor jobExecutor(ApplicationContext node) {
        JobExecutor executor = ((ProcessEngineConfigurationImpl)
                        node.getBean(ProcessEngine.class).getProcessEngineConfiguration())
                .getJobExecutor();
        executor.setWaitTimeInMillis(20);
        executor.setMaxWait(50);
        return executor;
    }

    /** They look through the whole database, so they are asked once for all races from one situation. */
    private void checkInvariants() {
        assertThat(invariants.check().broken())
                .as("after the races of orders that are %s", situation)
                .isEmpty();
    }

    private void race(Pair pair) throws Exception {
        int races = Math.max(LEAST, (RACES + pair.meetings() - 1) / pair.meetings());
        List<Scene> scenes = Stream.generate(() -> Scene.of(pair.situation()))
                .limit(races + 2L)
                .toList();
        prepare(pair.situation(), scenes);
        List<List<String>> answers = new ArrayList<>();

        answers.add(oneAfterTheOther(pair, scenes.get(0)));
        List<String> backwards = oneAfterTheOther(pair.backwards(), scenes.get(1));
        answers.add(List.of(backwards.get(1), backwards.get(0)));
        answers.addAll(atOnce(pair, scenes.subList(2, scenes.size())));

        Outcome oneFirst = pair.expected();
        Outcome twoFirst = pair.backwards().expected().swapped();
        awaitParked(scenes, oneFirst.sum().parked());
        List<Sight> seen = sights.of(scenes);

        assertThat(new Outcome(answers.get(0), seen.get(0).sum()))
                .as("one after the other")
                .isEqualTo(oneFirst);
        assertThat(new Outcome(answers.get(1), seen.get(1).sum()))
                .as("the other way round")
                .isEqualTo(twoFirst);
        Picture first = new Picture(answers.get(0), seen.get(0));
        Picture second = new Picture(answers.get(1), seen.get(1));
        for (int i = 2; i < scenes.size(); i++) {
            assertThat(seen.get(i).led()).isEqualTo(seen.get(i).sum().status());
            assertThat(new Picture(answers.get(i), seen.get(i)))
                    .as("%s, at once, run %s", pair, i - 1)
                    .isIn(first, second);
        }
        long oneWon = IntStream.range(2, scenes.size())
                .filter(i -> new Picture(answers.get(i), seen.get(i)).equals(first))
                .count();
        tally.add(pair, first.equals(second), oneWon, races - oneWon);
    }

    private void prepare(Situation situation, List<Scene> scenes) throws Exception {
        jdbc.sql("""
                        insert into stock (sku, on_hand, counted_at)
                        select unnest(string_to_array(:skus, ' ')), :pieces, timestamptz '2026-11-22 06:00:00Z'
                        """)
                .param("skus", String.join(" ", scenes.stream().map(Scene::sku).toList()))
                .param("pieces", Scene.IN_THE_HOUSE)
                .update();
        inLanes(lane -> {
            for (int i = lane; i < scenes.size(); i += LANES) {
                for (Rival rival : situation.before()) {
                    rival.ready(nodes.get(lane % 2), scenes.get(i)).call();
                }
            }
        });
    }

    private List<String> oneAfterTheOther(Pair pair, Scene scene) throws Exception {
        Callable<String> one = pair.one().ready(nodes.get(0), scene);
        Callable<String> two = pair.two().ready(nodes.get(1), scene);
        return List.of(one.call(), two.call());
    }

    /** Some meet at the same time as others do, since whoever loses takes a pause, in which there is time for the next. */
    private List<List<String>> atOnce(Pair pair, List<Scene> scenes) throws Exception {
        Map<Scene, List<String>> answers = new ConcurrentHashMap<>();
        Offset offset = new Offset();
        inLanes(lane -> {
            for (int i = lane; i < scenes.size(); i += LANES) {
                answers.put(scenes.get(i), atOnce(pair, scenes.get(i), lane, offset));
            }
        });
        return scenes.stream().map(answers::get).toList();
    }

    private List<String> atOnce(Pair pair, Scene scene, int lane, Offset offset) throws Exception {
        Node here = nodes.get(lane % 2);
        Node there = nodes.get(1 - lane % 2);
        Callable<String> one = pair.one().ready(here, scene);
        Callable<String> two = pair.two().ready(there, scene);
        List<Done<String>> done = fight(duels.get(lane), pair, one, two, offset.next());
        List<String> answers = done.stream().map(Done::result).toList();
        offset.learn(
                wasFirst(pair, answers).orElse(done.get(0).at() < done.get(1).at()));
        return answers;
    }

    /** Whether the one was first, where the answers tell. Who is done first need not be: the loser may be told at once. */
    private static Optional<Boolean> wasFirst(Pair pair, List<String> answers) {
        List<String> oneFirst = pair.expected().answers();
        List<String> twoFirst = pair.backwards().expected().swapped().answers();
        return oneFirst.equals(twoFirst) ? Optional.empty() : Optional.of(answers.equals(oneFirst));
    }

    private static void inLanes(Lane work) throws Exception {
        List<Callable<String>> lanes = new ArrayList<>();
        for (int i = 0; i < LANES; i++) {
            int lane = i;
            lanes.add(() -> {
                work.run(lane);
                return "done";
            });
        }
        AtOnce.run(lanes);
    }

    private List<Done<String>> fight(Duel duel, Pair pair, Callable<String> one, Callable<String> two, long head)
            throws Exception {
        try {
            return duel.fight(one, two, head);
        } catch (ExecutionException failure) {
            throw new AssertionError(pair + ", at once: " + failure.getCause(), failure.getCause());
        }
    }

    /** A parked message is tried as soon as its order has moved, but by another thread. */
    private void awaitParked(List<Scene> scenes, long expected) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> sights.parked(scenes).values().stream().allMatch(parked -> parked == expected));
    }

    private interface Lane {
        void run(int lane) throws Exception;
    }

    /** The answers, and all there is to see. */
    private record Picture(List<String> answers, Sight sight) {}

    /**
     * Who begins later, and by how much: whoever was first begins later the next time, the more so the longer they stay first. So both
     * orders are seen, and above all the narrow moment between them.
     */
    private static final class Offset {

        private static final long JITTER = 300_000;
        private static final long STEP = 500_000;
        private static final long LONGEST_STEP = 8_000_000;
        private static final long LONGEST = 40_000_000;

        private long head;
        private long step = STEP;
        private boolean oneWasFirst;

        synchronized long next() {
            return head + ThreadLocalRandom.current().nextLong(-JITTER, JITTER);
        }

        synchronized void learn(boolean oneIsFirst) {
            step = oneIsFirst == oneWasFirst ? Math.min(2 * step, LONGEST_STEP) : STEP;
            oneWasFirst = oneIsFirst;
            head = Math.max(-LONGEST, Math.min(LONGEST, head - (oneIsFirst ? step : -step)));
        }
    }
}
