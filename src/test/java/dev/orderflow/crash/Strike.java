package dev.orderflow.crash;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One planned fault.
 *
 * @param at after the first order
 * @param node whom it hits, where it hits a node
 * @param length until it is healed, where it lasts
 */
record Strike(Duration at, Fault fault, int node, Duration length) {

    private static final int SHORTEST_GAP_MILLIS = 1_500;
    private static final int LONGEST_GAP_MILLIS = 4_500;
    private static final int SHORTEST_MILLIS = 1_000;
    private static final int LONGEST_MILLIS = 9_000;
    private static final Duration LONGER_THAN_A_LOCK = Site.JOB_LOCK.plusSeconds(2);

    /**
     * The same for the same seed: every kind comes once before any comes again, then by its weight. Those that take a node lead, since
     * each waits until the last one has started.
     */
    static List<Strike> plan(long seed, Duration length, int nodes, Set<Fault> possible) {
        Random random = new Random(seed);
        List<Strike> strikes = new ArrayList<>();
        Deque<Fault> deck = new ArrayDeque<>(eachOnce(possible, random));
        Duration at = Duration.ofMillis(3_000);
        while (at.compareTo(length) < 0) {
            if (deck.isEmpty()) {
                deck.addAll(byWeight(possible, random));
            }
            Fault fault = deck.remove();
            Duration lasts = fault.lasts() ? lasting(fault, random) : Duration.ZERO;
            strikes.add(new Strike(at, fault, random.nextInt(nodes), lasts));
            at = at.plusMillis(between(random, SHORTEST_GAP_MILLIS, LONGEST_GAP_MILLIS));
        }
        return strikes;
    }

    private static List<Fault> eachOnce(Set<Fault> possible, Random random) {
        List<Fault> faults = new ArrayList<>(possible);
        Collections.shuffle(faults, random);
        faults.sort(Comparator.comparing(Fault::takesNode).reversed());
        return faults;
    }

    private static List<Fault> byWeight(Set<Fault> possible, Random random) {
        List<Fault> faults = new ArrayList<>();
        possible.forEach(fault -> faults.addAll(Collections.nCopies(fault.weight(), fault)));
        Collections.shuffle(faults, random);
        return faults;
    }

    private static Duration lasting(Fault fault, Random random) {
        Duration length = Duration.ofMillis(between(random, SHORTEST_MILLIS, LONGEST_MILLIS));
        return fault == Fault.PAUSE_NODE ? LONGER_THAN_A_LOCK.plus(length.dividedBy(2)) : length;
    }

    private static int between(Random random, int from, int to) {
        return from + random.nextInt(to - from);
    }
}
