package dev.orderflow.races;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Who begins later, and by how much: whoever was first begins later the next time, the more so the longer they stay first. So both
 * orders are seen, and above all the narrow moment between them.
 */
final class Offset {

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
