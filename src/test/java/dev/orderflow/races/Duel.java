package dev.orderflow.races;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Two threads that begin together, or one a little later than the other. */
final class Duel implements AutoCloseable {

    private static final int LONGEST_SECONDS = 60;

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final CyclicBarrier start = new CyclicBarrier(2);

    /**
     * What each of the two gave, and when it was done.
     *
     * @param head how many nanoseconds the second begins after the first; less than zero and the first begins later
     * @throws java.util.concurrent.ExecutionException if one of them failed
     */
    <T> List<Done<T>> fight(Callable<T> one, Callable<T> two, long head) throws Exception {
        Future<Done<T>> first = threads.submit(() -> after(-head, one));
        Future<Done<T>> second = threads.submit(() -> after(head, two));
        return List.of(first.get(LONGEST_SECONDS, TimeUnit.SECONDS), second.get(LONGEST_SECONDS, TimeUnit.SECONDS));
    }

    private <T> Done<T> after(long nanos, Callable<T> work) throws Exception {
        await();
        long from = System.nanoTime();
        while (nanos - (System.nanoTime() - from) > 0) {
            LockSupport.parkNanos(nanos - (System.nanoTime() - from));
        }
        T result = work.call();
        return new Done<>(result, System.nanoTime());
    }

    private void await() throws InterruptedException, BrokenBarrierException {
        start.await();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    record Done<T>(T result, long at) {}
}
