package dev.orderflow.world;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Several things done by as many threads that start together. */
public final class AtOnce {

    private static final int LONGEST_SECONDS = 60;

    private AtOnce() {}

    /**
     * What each of them gave, in the order of the list.
     *
     * @throws java.util.concurrent.ExecutionException if one of them failed
     */
    public static <T> List<T> run(List<? extends Callable<T>> rivals) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(rivals.size());
        try {
            CyclicBarrier start = new CyclicBarrier(rivals.size());
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> rival : rivals) {
                running.add(threads.submit(() -> {
                    start.await();
                    return rival.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> one : running) {
                results.add(one.get(LONGEST_SECONDS, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
