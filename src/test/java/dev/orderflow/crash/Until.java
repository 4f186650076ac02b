package dev.orderflow.crash;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Patience with an end. */
final class Until {

    private static final long PAUSE_NANOS = 50_000_000;

    private Until() {}

    /** @return whether it came to hold in time; what it throws counts as not yet */
    static boolean holds(Duration longest, Callable<Boolean> wish) {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!now(wish)) {
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                return false;
            }
            pause(PAUSE_NANOS);
        }
        return true;
    }

    /** @throws IllegalStateException if it does not come to hold in time */
    static void holds(Duration longest, String sentence, Callable<Boolean> wish) {
        if (!holds(longest, wish)) {
            throw new IllegalStateException("not within " + longest + ": " + sentence);
        }
    }

    static void pause(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            pause(end - System.nanoTime());
        }
    }

    private static void pause(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    private static boolean now(Callable<Boolean> wish) {
        try {
            return wish.call();
        } catch (Exception notYet) {
            return false;
        }
    }
}
