package dev.orderflow.races;

import dev.orderflow.races.Duel.Done;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Where pairs meet on two nodes. Some meet at the same time as others do, each on an order of its own, since whoever loses takes a
 * pause, in which there is time for the next.
 */
final class Arena implements AutoCloseable {

    /** How many meet at the same time. */
    private static final int LANES = 4;

    private static final int LONGEST_MINUTES = 15;

    private final List<Node> nodes;
    private final JdbcClient jdbc;
    private final ExecutorService threads = Executors.newFixedThreadPool(LANES);
    private final List<Duel> duels = Stream.generate(Duel::new).limit(LANES).toList();
    private final Map<Pair, Offset> offsets = new ConcurrentHashMap<>();

    Arena(List<Node> nodes, JdbcClient jdbc) {
        this.nodes = nodes;
        this.jdbc = jdbc;
    }

    /** Brings every order to where it shall stand and lets the two meet there; gives the meetings with what came of them. */
    List<Meeting> hold(List<Meeting> meetings) throws Exception {
        stock(meetings.stream().map(Meeting::scene).toList());
        Meeting[] held = new Meeting[meetings.size()];
        inLanes(meetings.size(), (lane, i) -> held[i] = hold(meetings.get(i), lane));
        return List.of(held);
    }

    /** Orders of their own that stand where their situation says. */
    void prepare(List<Scene> scenes) throws Exception {
        stock(scenes);
        inLanes(scenes.size(), (lane, i) -> prepare(scenes.get(i), lane));
    }

    private void stock(List<Scene> scenes) {
        jdbc.sql("""
                        insert into stock (sku, on_hand, counted_at)
                        select unnest(string_to_array(:skus, ' ')), :pieces, timestamptz '2026-11-22 06:00:00Z'
                        """)
                .param("skus", String.join(" ", scenes.stream().map(Scene::sku).toList()))
                .param("pieces", Scene.IN_THE_HOUSE)
                .update();
    }

    private void prepare(Scene scene, int lane) throws Exception {
        for (Rival rival : scene.situation().before()) {
            rival.ready(here(lane), scene).call();
        }
    }

    private Meeting hold(Meeting meeting, int lane) {
        try {
            prepare(meeting.scene(), lane);
            Callable<String> one = meeting.pair().one().ready(here(lane), meeting.scene());
            Callable<String> two = meeting.pair().two().ready(there(lane), meeting.scene());
            return meeting.answered(
                    switch (meeting.how()) {
                        case ONE_AFTER_THE_OTHER -> List.of(one.call(), two.call());
                        case THE_OTHER_WAY_ROUND -> {
                            String second = two.call();
                            yield List.of(one.call(), second);
                        }
                        case AT_ONCE -> atOnce(meeting.pair(), one, two, lane);
                    });
        } catch (ExecutionException failure) {
            return meeting.failed(failure.getCause() instanceof Exception cause ? cause : failure);
        } catch (Exception failure) {
            return meeting.failed(failure);
        }
    }

    private List<String> atOnce(Pair pair, Callable<String> one, Callable<String> two, int lane) throws Exception {
        Offset offset = offsets.computeIfAbsent(pair, key -> new Offset());
        List<Done<String>> done = duels.get(lane).fight(one, two, offset.next());
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

    private Node here(int lane) {
        return nodes.get(lane % 2);
    }

    private Node there(int lane) {
        return nodes.get(1 - lane % 2);
    }

    private void inLanes(int number, Work work) throws Exception {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> lanes = new ArrayList<>();
        for (int i = 0; i < LANES; i++) {
            int lane = i;
            lanes.add(threads.submit(() -> {
                for (int n = next.getAndIncrement(); n < number; n = next.getAndIncrement()) {
                    work.run(lane, n);
                }
                return lane;
            }));
        }
        for (Future<?> lane : lanes) {
            lane.get(LONGEST_MINUTES, TimeUnit.MINUTES);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        duels.forEach(Duel::close);
    }

    private interface Work {
        void run(int lane, int number) throws Exception;
    }
}
