package dev.orderflow.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orderflow.bench.BenchOptions.Mode;
import dev.orderflow.inventory.Inventory;
import dev.orderflow.inventory.StockAdjusted;
import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.Inbox;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.web.Invariants;
import dev.orderflow.world.Command;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** Measures whole lives of orders in the running application, door by door, and writes down what was seen. */
public final class Bench implements ApplicationRunner, ExitCodeGenerator {

    private static final Path REPORT = Path.of("target", "bench");
    /** Rounds; a round is some seconds long. */
    private static final int LONGEST_WARM_UP = 20;
    /** Of the time, once the compiler has done its work; it takes turns with the rest, so less of a processor. */
    private static final double HARDLY_COMPILING = 0.02;

    private static final double STEADY_LOAD = 0.7;
    private static final double UNKNOWN_PEAK = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final JsonMapper JSON = new JsonMapper();

    private final Inbox inbox;
    private final MessageReader reader;
    private final Inventory inventory;
    private final Invariants invariants;
    private final JdbcClient jdbc;
    private final DataSource dataSource;
    private final TransactionOperations transactions;
    private final JobExecutor jobExecutor;
    private final ConnectionFactory broker;
    private final ServletWebServerApplicationContext server;

    private boolean ok;

    Bench(
            Inbox inbox,
            MessageReader reader,
            Inventory inventory,
            Invariants invariants,
            JdbcClient jdbc,
            DataSource dataSource,
            TransactionOperations transactions,
            JobExecutor jobExecutor,
            ConnectionFactory broker,
            ServletWebServerApplicationContext server) {
        this.inbox = inbox;
        this.reader = reader;
        this.inventory = inventory;
        this.invariants = invariants;
        this.jdbc = jdbc;
        this.dataSource = dataSource;
        this.transactions = transactions;
        this.jobExecutor = jobExecutor;
        this.broker = broker;
        this.server = server;
    }

    @Override
    public void run(ApplicationArguments arguments) throws Exception {
        BenchOptions options = BenchOptions.of(arguments);
        fillShelves(options.skus());
        if (options.waiting() + options.finished() > 0) {
            new Seeder(inbox, reader, inventory, jdbc, dataSource, System.out)
                    .seed(options.waiting(), options.finished(), options.skus());
        }
        // Which the application itself does only when it is ready, and it is not before this has run.
        jobExecutor.start();
        List<Round> rounds = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Mode mode : options.modes()) {
            switch (mode) {
                case TIMERS -> new Timers(jdbc, this::live).run(options, line -> tell(line, others));
                case LISTS -> new Lists(jdbc, address()).run(options, line -> tell(line, others));
                case SOAK -> {
                    if (peak(rounds) == 0) {
                        rounds(Mode.QUEUE, options, rounds);
                    }
                    new Soak(broker, jdbc).run(peak(rounds) * STEADY_LOAD, options, line -> tell(line, others));
                }
                default -> rounds(mode, options, rounds);
            }
        }
        var broken = invariants.check().broken();
        broken.forEach((invariant, rows) -> System.out.println("BROKEN " + invariant + ": " + rows));
        BenchReport.write(rounds, others, REPORT);
        System.out.println("The table and the picture are in " + REPORT);
        ok = broken.isEmpty();
    }

    @Override
    public int getExitCode() {
        return ok ? 0 : 1;
    }

    private void rounds(Mode mode, BenchOptions options, List<Round> rounds) throws Exception {
        double peak = peak(rounds);
        double rate = (peak > 0 ? peak : UNKNOWN_PEAK) * STEADY_LOAD;
        warmUp(mode, rate, options);
        for (int number = 1; number <= options.rounds(); number++) {
            Round round = round(mode, number, rate, options);
            System.out.println(round.line());
            rounds.add(round);
        }
    }

    /** Goes on until the compiler has done its work. */
    private void warmUp(Mode mode, double rate, BenchOptions options) throws Exception {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        for (int round = 0; round < LONGEST_WARM_UP; round++) {
            long compiled = compiler.getTotalCompilationTime();
            long start = System.nanoTime();
            System.out.println(round(mode, 0, rate, options).line());
            double millis = (System.nanoTime() - start) / 1e6;
            if (compiler.getTotalCompilationTime() - compiled < HARDLY_COMPILING * millis) {
                return;
            }
        }
    }

    /** The most orders a second that the queue carried; zero if that was not measured. */
    private static double peak(List<Round> rounds) {
        return rounds.stream()
                .filter(round -> round.mode() == Mode.QUEUE)
                .mapToDouble(Round::ordersPerSecond)
                .max()
                .orElse(0);
    }

    private static void tell(String line, List<String> lines) {
        System.out.println(line);
        lines.add(line);
    }

    /** Takes an order so far. */
    private void live(List<Command> commands) {
        commands.forEach(this::inProcess);
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.getWebServer().getPort());
    }

    private void fillShelves(int skus) {
        transactions.executeWithoutResult(all -> {
            for (int sku = 0; sku < skus; sku++) {
                inventory.adjust("bench-" + sku, new StockAdjusted(1_000_000_000L, Instant.now()));
            }
        });
    }

    private Round round(Mode mode, int number, double rate, BenchOptions options) throws Exception {
        Map<Life, Latencies> steps = Life.latencies();
        Latencies lag = new Latencies();
        Costs before = Costs.now(jdbc);
        long start = System.nanoTime();
        switch (mode) {
            case JAVA -> atOnce(options, steps, this::inProcess);
            case HTTP -> {
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                atOnce(options, steps, command -> overHttp(client, command));
            }
            case QUEUE -> new QueueLives(broker, options, steps, lag).run(Double.POSITIVE_INFINITY);
            case STEADY -> new QueueLives(broker, options, steps, lag).run(rate);
            default -> throw new IllegalArgumentException(mode + " takes no orders through their lives");
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        awaitPublished(jdbc);
        return new Round(
                mode,
                number,
                options.orders() / seconds,
                steps,
                lag,
                Costs.now(jdbc).since(before, options.orders()),
                Costs.residentMebibytes(),
                Costs.liveMebibytes());
    }

    /** Each client takes one order after the other through its whole life. */
    private void atOnce(BenchOptions options, Map<Life, Latencies> steps, Door door)
            throws InterruptedException, ExecutionException {
        AtomicInteger left = new AtomicInteger(options.orders());
        ExecutorService clients = Executors.newFixedThreadPool(options.threads());
        try {
            List<Future<?>> working = new ArrayList<>();
            for (int i = 0; i < options.threads(); i++) {
                working.add(clients.submit(() -> {
                    while (left.getAndDecrement() > 0) {
                        live(door, sku(options), steps);
                    }
                    return null;
                }));
            }
            for (Future<?> client : working) {
                client.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static void live(Door door, String sku, Map<Life, Latencies> steps)
            throws IOException, InterruptedException {
        String orderNo = newOrderNo();
        for (Life step : Life.values()) {
            Command command = step.command(orderNo, sku);
            long start = System.nanoTime();
            String outcome = door.send(command);
            steps.get(step).add(System.nanoTime() - start);
            if (!outcome.equals(Answer.Outcome.APPLIED.name())) {
                throw new IllegalStateException(step + " of order " + orderNo + " was answered " + outcome);
            }
        }
    }

    private String inProcess(Command command) {
        return inbox.receive(reader.read(command.bytes()), "queue:" + command.source())
                .outcome()
                .name();
    }

    private String overHttp(HttpClient client, Command command) throws IOException, InterruptedException {
        URI address = address().resolve("/api/commands");
        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/cloudevents+json")
                        .header("Authorization", "Bearer shop")
                        .POST(BodyPublishers.ofByteArray(command.bytes()))
                        .build(),
                BodyHandlers.ofByteArray());
        JsonNode answer = JSON.readTree(response.body());
        return answer.path("outcome").asText(response.statusCode() + " " + answer);
    }

    /** What events cost belongs to the orders they are about. */
    static void awaitPublished(JdbcClient jdbc) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (jdbc.sql("select exists (select from outbox)")
                .query(Boolean.class)
                .single()) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("events were still not published after " + PATIENCE);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    static String newOrderNo() {
        return "B"
                + Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36)
                        .toUpperCase(java.util.Locale.ROOT);
    }

    static String sku(BenchOptions options) {
        return "bench-" + ThreadLocalRandom.current().nextInt(options.skus());
    }

    private interface Door {
        /** Sends and gives the outcome. */
        String send(Command command) throws IOException, InterruptedException;
    }
}
