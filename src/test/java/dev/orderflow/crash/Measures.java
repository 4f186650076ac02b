package dev.orderflow.crash;

import dev.orderflow.world.Command;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** One trouble after the other, each with a bound: how long it delays events, and that it delays no order. */
final class Measures {

    private static final Duration OUTAGE = Duration.ofSeconds(60);
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final int OUTAGE_RATE = 50;
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final Duration TICK = Duration.ofMillis(10);
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final String SKU = "measured-tea";

    private final Site site;
    private final PrintStream out;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Map<String, Long> heard = new ConcurrentHashMap<>();
    private final AtomicInteger orders = new AtomicInteger();
    private boolean ok = true;

    private Measures(Site site, PrintStream out) {
        this.site = site;
        this.out = out;
    }

    static boolean run(Site site, PrintStream out) throws IOException, InterruptedException, TimeoutException {
        site.startNodes();
        Measures measures = new Measures(site, out);
        try (Ears ears = new Ears(
                site.broker().port(),
                event -> measures.heard.put(event.path("subject").asText(), System.nanoTime()))) {
            measures.run();
            ears.complaints().forEach(out::println);
            return measures.ok && ears.complaints().isEmpty();
        }
    }

    private void run() throws IOException, InterruptedException {
        send(
                Command.stockAdjusted(SKU, 1_000_000_000, Instant.parse("2026-01-01T00:00:00Z")),
                site.nodes().get(0));
        out.println();
        out.println("| The node that publishes | Events go on after | Bound |");
        out.println("|---|---:|---:|");
        for (int i = 1; i <= 3; i++) {
            takeover("is killed (kill -9)", 5, Node::kill, node -> node.start(Duration.ZERO));
        }
        takeover(
                "is cut from the broker",
                8,
                node -> node.broker().pull(),
                node -> node.broker().plugIn());
        takeover(
                "is cut from the database",
                5,
                node -> node.database().pull(),
                node -> node.database().plugIn());
        takeover("is paused", 15, Node::pause, Node::resume);
        takeover(
                "hears nothing more of the database",
                15,
                node -> node.database().mute(),
                node -> node.database().plugIn());
        takeover(
                "hears nothing more of the broker",
                40,
                node -> node.broker().mute(),
                node -> node.broker().plugIn());
        out.println();
        if (site.broker().keepsMessages()) {
            outage();
        }
        out.println(ok ? "CRASH ok: every bound holds" : "CRASH failed: a bound does not hold");
    }

    private interface Act {
        void on(Node node) throws IOException;
    }

    private void takeover(String what, int boundSeconds, Act breaking, Act healing)
            throws IOException, InterruptedException {
        Until.holds(LONGEST, "somebody publishes", () -> site.leader().isPresent());
        Node leader = site.leader().orElseThrow();
        Node other = site.nodes().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this takes two nodes"));
        long begun = System.nanoTime();
        breaking.on(leader);
        String orderNo = place(other);
        boolean came = Until.holds(LONGEST, () -> heard.containsKey(orderNo));
        Duration took = Duration.ofNanos(came ? heard.get(orderNo) - begun : LONGEST.toNanos());
        out.printf("| %s | %.1f s | %d s |%n", what, took.toMillis() / 1e3, boundSeconds);
        ok &= took.toSeconds() < boundSeconds;
        healing.on(leader);
        leader.awaitReady();
        Until.pause(SETTLE);
    }

    private void outage() throws IOException, InterruptedException {
        Load before = new Load();
        before.run(WARM_UP);
        site.broker().stop();
        Load during = new Load();
        during.run(OUTAGE);
        long waiting = number("select count(*) from outbox");
        site.broker().start();
        long back = System.nanoTime();
        boolean drained = Until.holds(LONGEST, () -> number("select count(*) from outbox") == 0);
        double seconds = (System.nanoTime() - back) / 1e9;
        out.printf(
                "| %d orders a second by HTTP | with the broker | without it for %d s |%n",
                OUTAGE_RATE, OUTAGE.toSeconds());
        out.println("|---|---:|---:|");
        out.printf("| orders placed | %,d | %,d |%n", before.placed, during.placed);
        out.printf("| of these not answered APPLIED | %s | %s |%n", before.failures(), during.failures());
        out.printf("| answer, median | %d ms | %d ms |%n", before.answered(50), during.answered(50));
        out.printf("| answer, 99 of 100 | %d ms | %d ms |%n", before.answered(99), during.answered(99));
        out.printf("| events that wait when it is back | | %,d |%n", waiting);
        out.printf("| all published after | | %.1f s |%n", seconds);
        out.println();
        ok &= drained && during.failures.isEmpty() && seconds < LONGEST_DRAIN.toSeconds();
    }

    /** Orders at an even pace, whether they are answered or not. */
    private final class Load {

        private final List<Long> latencies = Collections.synchronizedList(new ArrayList<>());
        private final Map<String, Integer> failures = new ConcurrentHashMap<>();
        private int placed;

        void run(Duration length) {
            List<CompletableFuture<?>> open = new ArrayList<>();
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < length.toNanos()) {
                while (placed < (System.nanoTime() - begun) / 1e9 * OUTAGE_RATE) {
                    open.add(place());
                    placed++;
                }
                Until.pause(TICK);
            }
            CompletableFuture.allOf(open.toArray(CompletableFuture[]::new)).join();
            Collections.sort(latencies);
        }

        private CompletableFuture<?> place() {
            long sent = System.nanoTime();
            return http.sendAsync(request(order(), site.anyNode()), BodyHandlers.ofString())
                    .handle((answer, failure) -> {
                        if (failure != null) {
                            failures.merge(failure.getCause().toString(), 1, Integer::sum);
                        } else if (answer.statusCode() != 200) {
                            failures.merge(String.valueOf(answer.statusCode()), 1, Integer::sum);
                        }
                        return latencies.add((System.nanoTime() - sent) / 1_000_000);
                    });
        }

        String failures() {
            return failures.isEmpty() ? "0" : failures.toString();
        }

        long answered(int percent) {
            return latencies.get(latencies.size() * percent / 100);
        }
    }

    private Command order() {
        return Command.placeOrder("M-%06d".formatted(orders.incrementAndGet()), SKU, 1)
                .with("paymentMethod", Story.PATIENT);
    }

    private String place(Node node) throws IOException, InterruptedException {
        Command order = order();
        send(order, node);
        return order.subject();
    }

    private void send(Command command, Node node) throws IOException, InterruptedException {
        int status =
                http.send(request(command, node), BodyHandlers.discarding()).statusCode();
        if (status != 200) {
            throw new IllegalStateException(command.type() + " was answered " + status);
        }
    }

    private static HttpRequest request(Command command, Node node) {
        return HttpRequest.newBuilder(node.uri("/api/commands"))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + Node.SHOP_KEY)
                .header("Content-Type", "application/cloudevents+json")
                .POST(BodyPublishers.ofByteArray(command.bytes()))
                .build();
    }

    private long number(String query) {
        return site.database().sql().sql(query).query(Long.class).single();
    }
}
