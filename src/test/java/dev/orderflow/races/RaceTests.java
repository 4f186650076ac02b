package dev.orderflow.races;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.util.Throwables.getStackTrace;
import static org.awaitility.Awaitility.await;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.embedded.SecondNode;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.races.Meeting.How;
import dev.orderflow.races.Pair.Outcome;
import dev.orderflow.races.Sights.Sight;
import dev.orderflow.web.Invariants;
import dev.orderflow.world.AtOnce;
import dev.orderflow.world.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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

    /** So often each pair meets in each of the three ways, spread over its situations. */
    private static final int SPREAD = 20;

    /** But so often at once in each of them. */
    private static final int LEAST_AT_ONCE = 4;

    /** With {@code -Dorderflow.races=20} it meets so often in each of the three ways in each of its situations. */
    private static final @Nullable Integer IN_EACH = Integer.getInteger("orderflow.races");

    /** How often two meet that are not in the table. */
    private static final int RACES = Optional.ofNullable(IN_EACH).orElse(SPREAD);

    @Autowired
    private ApplicationContext context;

    @Autowired
    private Invariants invariants;

    @Autowired
    private JdbcClient jdbc;

    private ConfigurableApplicationContext other;
    private List<Node> nodes;
    private Arena arena;
    private Sights sights;
    private @Nullable Situation situation;
    private Map<Pair, List<Meeting>> held = Map.of();
    private final Tally tally = new Tally();

    @BeforeAll
    void startTheOtherNode() {
        other = SecondNode.start("races", Map.of());
        nodes = List.of(Node.of(context), Node.of(other));
        arena = new Arena(nodes, jdbc);
        sights = new Sights(jdbc);
    }

    @AfterAll
    void report() throws IOException {
        arena.close();
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
            situation = pair.situation();
            held = Map.of();
            held = arena.hold(Pair.in(situation).flatMap(RaceTests::meetings).toList()).stream()
                    .collect(Collectors.groupingBy(Meeting::pair));
            checkInvariants();
        }
        check(pair, held.getOrDefault(pair, List.of()));
    }

    @Test
    void one_payment_told_of_two_orders_at_once_is_applied_to_one_of_them() throws Exception {
        for (int race = 0; race < RACES; race++) {
            String one = nodes.get(0).world().placed();
            String two = nodes.get(1).world().placed();
            Command toldOfOne = Command.paymentCaptured(one, Expected.TOTAL);
            Command toldOfTwo =
                    Command.paymentCaptured(two, Expected.TOTAL).with("paymentId", toldOfOne.text("paymentId"));

            List<String> answers = AtOnce.run(List.of(
                    () -> nodes.get(0).send(toldOfOne), () -> nodes.get(1).send(toldOfTwo)));

            assertThat(answers)
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
            arena.prepare(scenes);
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

    private static Stream<Meeting> meetings(Pair pair) {
        return Arrays.stream(How.values())
                .flatMap(how -> Stream.generate(() -> Meeting.of(pair, how)).limit(number(pair, how)));
    }

    private static int number(Pair pair, How how) {
        if (IN_EACH != null) {
            return IN_EACH;
        }
        int share = (SPREAD + pair.meetings() - 1) / pair.meetings();
        return how == How.AT_ONCE ? Math.max(LEAST_AT_ONCE, share) : share;
    }

    private void check(Pair pair, List<Meeting> meetings) {
        assertThat(meetings).isNotEmpty();
        for (Meeting meeting : meetings) {
            if (meeting.failure() != null) {
                // Where it failed is rarely seen twice, and reports leave it out.
                throw new AssertionError(
                        pair + ", " + meeting.how() + ": " + getStackTrace(meeting.failure()), meeting.failure());
            }
        }
        Outcome oneFirst = pair.expected();
        Outcome twoFirst = pair.backwards().expected().swapped();
        List<Scene> scenes = meetings.stream().map(Meeting::scene).toList();
        awaitParked(scenes, oneFirst.sum().parked());
        List<Sight> sight = sights.of(scenes);
        Map<How, List<Picture>> seen = IntStream.range(0, meetings.size())
                .boxed()
                .collect(Collectors.groupingBy(
                        i -> meetings.get(i).how(),
                        Collectors.mapping(
                                i -> new Picture(meetings.get(i).answers(), sight.get(i)), Collectors.toList())));

        Picture first = onlyOne(pair, How.ONE_AFTER_THE_OTHER, seen, oneFirst);
        Picture second = onlyOne(pair, How.THE_OTHER_WAY_ROUND, seen, twoFirst);
        assertThat(seen.get(How.AT_ONCE)).allSatisfy(picture -> {
            assertThat(picture.sight().led()).isEqualTo(picture.sight().sum().status());
            assertThat(picture).as("%s, at once", pair).isIn(first, second);
        });
        tally.add(
                pair,
                seen.get(How.ONE_AFTER_THE_OTHER).size(),
                first.equals(second),
                seen.get(How.AT_ONCE).stream().filter(first::equals).count(),
                seen.get(How.AT_ONCE).size());
    }

    /** The picture that all meetings in one order left, and that says what must come of them. */
    private static Picture onlyOne(Pair pair, How how, Map<How, List<Picture>> seen, Outcome expected) {
        Picture first = seen.get(how).get(0);
        assertThat(seen.get(how)).allSatisfy(picture -> {
            assertThat(new Outcome(picture.answers(), picture.sight().sum()))
                    .as("%s, %s", pair, how)
                    .isEqualTo(expected);
            assertThat(picture).as("%s, %s", pair, how).isEqualTo(first);
        });
        return first;
    }

    /** A parked message is tried as soon as its order has moved, but by another thread. */
    private void awaitParked(List<Scene> scenes, long expected) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> sights.parked(scenes).values().stream().allMatch(parked -> parked == expected));
    }

    /** The answers, and all there is to see. */
    private record Picture(List<String> answers, Sight sight) {}
}
