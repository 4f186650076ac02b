package dev.orderflow.crash;

import dev.orderflow.world.Cable;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Carries the plan out and heals afterwards. What is broken already is not broken twice; the next one free is. One node at a time may
 * be starting: with none left, nobody would notice the rest.
 */
final class Strikes implements AutoCloseable {

    private static final Duration LONGEST_STOP = Duration.ofSeconds(20);
    private static final int TERMINATED = 143;
    private static final Duration SKEW = Duration.ofMinutes(3);
    private static final int MOST_AT_ONCE = 3;
    private static final Duration BREATH = Duration.ofSeconds(8);
    private static final int DATABASE = -1;
    private static final int BROKER = -2;

    private final Site site;
    private final ExecutorService healing = Executors.newCachedThreadPool();
    private final Set<Integer> busy = new HashSet<>();
    private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private boolean behind;

    Strikes(Site site, Set<Fault> possible) {
        this.site = site;
        possible.forEach(fault -> done.put(fault, 0));
    }

    /** @return whether there was something to break */
    synchronized boolean strike(Strike strike) {
        Optional<Integer> target = target(strike);
        target.ifPresent(free -> {
            busy.add(free);
            done.merge(strike.fault(), 1, Integer::sum);
            healing.execute(() -> breakAndHeal(strike, free));
        });
        return target.isPresent();
    }

    private Optional<Integer> target(Strike strike) {
        if (busy.size() >= MOST_AT_ONCE) {
            return Optional.empty();
        }
        return switch (strike.fault()) {
            case KILL_BACKENDS, RESTART_POSTGRES, KILL_POSTGRES -> free(DATABASE);
            case RESTART_BROKER, KILL_BROKER -> free(BROKER);
            default -> {
                int nodes = site.nodes().size();
                if (strike.fault().takesNode() && site.nodes().stream().anyMatch(node -> !node.isUp())) {
                    yield Optional.empty();
                }
                yield IntStream.range(0, nodes)
                        .map(i -> (strike.node() + i) % nodes)
                        .boxed()
                        .filter(i -> !busy.contains(i))
                        .findFirst();
            }
        };
    }

    private Optional<Integer> free(int target) {
        return busy.contains(target) ? Optional.empty() : Optional.of(target);
    }

    private void breakAndHeal(Strike strike, int target) {
        try {
            if (target >= 0) {
                strikeNode(strike, site.nodes().get(target));
            } else {
                strikeService(strike);
                Until.pause(BREATH); // or all would stand still all the time, and nothing be caught in the middle
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            complaints.add("the kit could not " + strike.fault() + ": " + e);
        } finally {
            synchronized (this) {
                busy.remove(target);
                notifyAll();
            }
        }
    }

    private void strikeService(Strike strike) throws Exception {
        switch (strike.fault()) {
            case KILL_BACKENDS -> site.database().killSessions();
            case RESTART_POSTGRES -> site.database().restart();
            case KILL_POSTGRES -> site.database().killAndStart();
            case RESTART_BROKER -> {
                site.broker().stop();
                Until.pause(strike.length());
                site.broker().start();
            }
            case KILL_BROKER -> {
                site.broker().kill();
                Until.pause(strike.length());
                site.broker().start();
            }
            default -> throw new IllegalArgumentException(strike.toString());
        }
    }

    private void strikeNode(Strike strike, Node node) throws IOException, InterruptedException {
        switch (strike.fault()) {
            case KILL_NODE -> {
                node.kill();
                node.revive(Duration.ZERO);
            }
            case SKEW_CLOCK -> {
                node.kill();
                node.revive(nextSkew());
            }
            case STOP_NODE -> {
                stop(node);
                node.revive(Duration.ZERO);
            }
            case PAUSE_NODE -> {
                node.pause();
                Until.pause(strike.length());
                node.resume();
            }
            case CUT_DATABASE -> pull(node.database(), strike.length());
            case CUT_BROKER -> pull(node.broker(), strike.length());
            case MUTE_DATABASE -> mute(node.database(), strike.length());
            case MUTE_BROKER -> mute(node.broker(), strike.length());
            default -> throw new IllegalArgumentException(strike.toString());
        }
    }

    private synchronized Duration nextSkew() {
        behind = !behind;
        return behind ? SKEW.negated() : SKEW;
    }

    private void stop(Node node) throws InterruptedException {
        long begun = System.nanoTime();
        Optional<Integer> exit = node.terminate();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (exit.isEmpty() || exit.get() != TERMINATED && exit.get() != 0 || took.compareTo(LONGEST_STOP) > 0) {
            complaints.add("node %d ended with %s after %s on SIGTERM".formatted(node.number(), exit, took));
        }
    }

    private static void pull(Cable cable, Duration length) {
        cable.pull();
        Until.pause(length);
        cable.plugIn();
    }

    private static void mute(Cable cable, Duration length) {
        cable.mute();
        Until.pause(length);
        cable.plugIn();
    }

    /** Waits until all is healed. */
    synchronized void awaitHealed() throws InterruptedException {
        while (!busy.isEmpty()) {
            wait();
        }
    }

    /** How often each kind came that is possible, also those that never did. */
    Map<Fault, Integer> done() {
        return done;
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        healing.shutdownNow();
        try {
            healing.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
