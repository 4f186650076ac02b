package dev.orderflow.bench;

import java.util.Arrays;

/** How long things took, in nanoseconds; written by many threads, read when they are done. */
final class Latencies {

    private long[] nanos = new long[1024];
    private int count;

    synchronized void add(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = took;
    }

    /** What was seen so far, which is forgotten here. */
    synchronized Latencies drain() {
        Latencies seen = new Latencies();
        seen.nanos = nanos;
        seen.count = count;
        nanos = new long[1024];
        count = 0;
        return seen;
    }

    synchronized int count() {
        return count;
    }

    /** In milliseconds; zero if nothing was seen. */
    synchronized double percentile(double percent) {
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(count - 1, Math.ceil(percent / 100 * count) - 1)] / 1e6;
    }
}
