package dev.orderflow.bench;

import dev.orderflow.bench.BenchOptions.Mode;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Orders through the queue at a steady rate for many minutes, each of which is looked at by itself. */
final class Soak {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final ConnectionFactory broker;
    private final JdbcClient jdbc;

    Soak(ConnectionFactory broker, JdbcClient jdbc) {
        this.broker = broker;
        this.jdbc = jdbc;
    }

    void run(double rate, BenchOptions options, Consumer<String> out) throws InterruptedException, ExecutionException {
        Map<Life, Latencies> steps = Life.latencies();
        Latencies lag = new Latencies();
        int orders = (int) Math.max(1, rate * TimeUnit.MINUTES.toSeconds(options.minutes()));
        QueueLives lives = new QueueLives(broker, options.withOrders(orders), steps, lag);
        ExecutorService world = Executors.newSingleThreadExecutor();
        try {
            long start = System.nanoTime();
            Future<?> living = world.submit(() -> {
                lives.run(rate);
                return null;
            });
            Costs before = Costs.now(jdbc);
            int done = 0;
            for (int minute = 1; minute <= options.minutes(); minute++) {
                await(living, start + minute * MINUTE);
                Costs now = Costs.now(jdbc);
                int finished = Math.max(1, lives.done() - done);
                Map<Life, Latencies> seen = Life.latencies();
                seen.replaceAll((step, none) -> steps.get(step).drain());
                out.accept(new Round(
                                Mode.SOAK,
                                minute,
                                finished * 1e9 / MINUTE,
                                seen,
                                lag.drain(),
                                now.since(before, finished),
                                Costs.residentMebibytes(),
                                Costs.liveMebibytes())
                        .line());
                before = now;
                done = lives.done();
            }
            living.get();
        } finally {
            world.shutdownNow();
        }
    }

    private static void await(Future<?> living, long until) throws InterruptedException, ExecutionException {
        try {
            living.get(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException minuteIsOver) {
            // which is what we wait for
        }
    }
}
