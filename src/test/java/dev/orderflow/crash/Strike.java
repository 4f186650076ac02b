package dev.orderflow.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
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

    /** The same for the same seed: every kind comes by its weight before any comes again. */
    static List<Strike> plan(long seed, Duration length, int nodes, Set<Fault> impossible) {
        Random random = new Random(seed);
        Set<Fault> possible = EnumSet.allOf(Fault.class);
        possible.removeAll(impossible);
        List<Strike> strikes = new ArrayList<>();
        List<Fault> deck = new ArrayList<>();
        Duration at = Duration.ofMillis(3_000);
        while (at.compareTo(length) < 0) {
            if (deck.isEmpty()) {
                possible.forEach(fault -> deck.addAll(Collections.nCopies(fault.weight(), fault)));
                Collections.shuffle(deck, random);
            }
            Fault fault = deck.remove(deck.size() - 1);
            Duration lasts = fault.lasts() ? lasting(fault, random) : Duration.ZERO;
            strikes.add(new Strike(at, fault, random.nextInt(nodes), lasts));
            at = at.plusMillis(between(random, SHORTEST_GAP_MILLIS, LONGEST_GAP_MILLIS));
        }
        return strikes;
    }

    private static Duration lasting(Fault fault, Random random) {
        Duration length = Duration.ofMillis(between(random, SHORTEST_MILLIS, LONGEST_MILLIS));
        return fault == Fault.PAUSE_NODE ? LONGER_THAN_A_LOCK.plus(length.dividedBy(2)) : length;
    }

    private static int between(Random random, int from, int to) {
        return from + random.nextInt(to - from);
    }
}
