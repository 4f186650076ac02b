package dev.orderflow.replay;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Signs that something may have happened. What nobody gives a sign of is noticed a few milliseconds later. */
final class Signs {

    private static final long LONGEST_WAIT_MILLIS = 5;

    private final Semaphore given = new Semaphore(0);

    void give() {
        given.release();
    }

    /** Waits for the next sign, but not long. */
    void await() {
        try {
            if (given.tryAcquire(LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                given.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
