package dev.orderflow.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orderflow.bench.BenchOptions.Mode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How long each kind of page takes that shops and people look at, asked over HTTP by one client, one after the other. */
final class Lists {

    private static final int PAGES = 300;

    /** Of one kind in one round; what is as slow as that has been seen often enough by then. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final JsonMapper JSON = new JsonMapper();

    /** Shops and their systems. */
    private static final String SHOP = "shop";

    /** Somebody of the warehouse, whom the engine shows what that group may see. */
    private static final String PACKER = "packer";

    private final JdbcClient jdbc;
    private final URI address;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Lists(JdbcClient jdbc, URI address) {
        this.jdbc = jdbc;
        this.address = address;
    }

    void run(BenchOptions options, Consumer<String> out) throws IOException, InterruptedException {
        List<Sample> samples = samples(options.skus());
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("Lists want orders: ask for some with --bench-waiting.");
        }
        Map<String, List<Page>> kinds = kinds(samples);
        for (int number = 0; number <= options.rounds(); number++) {
            for (Map.Entry<String, List<Page>> kind : kinds.entrySet()) {
                out.accept(round(number, kind.getKey(), kind.getValue()));
            }
        }
    }

    private String round(int number, String kind, List<Page> pages) throws IOException, InterruptedException {
        Latencies took = new Latencies();
        long start = System.nanoTime();
        for (int i = 0; i < PAGES && System.nanoTime() - start < LONGEST.toNanos(); i++) {
            Page page = pages.get(i % pages.size());
            long sent = System.nanoTime();
            get(page);
            took.add(System.nanoTime() - sent);
        }
        return Round.format(
                "RESULT mode=%s round=%d orders/s=%.1f page=%s page_p50=%.1f page_p99=%.1f page_max=%.1f",
                Mode.LISTS.wire(),
                number,
                took.count() / ((System.nanoTime() - start) / 1e9),
                kind,
                took.percentile(50),
                took.percentile(99),
                took.percentile(100));
    }

    private Map<String, List<Page>> kinds(List<Sample> samples) throws IOException, InterruptedException {
        Map<String, List<Page>> kinds = new LinkedHashMap<>();
        kinds.put("all", orders(samples, s -> ""));
        kinds.put("all-largest", orders(samples, s -> "limit=200"));
        for (String status : List.of("PENDING_PAYMENT", "PAID", "AWAITING_SHIPMENT", "COMPLETED")) {
            kinds.put("status-" + status.toLowerCase(Locale.ROOT), orders(samples, s -> "status=" + status));
        }
        kinds.put("customer", orders(samples, s -> "customer=" + s.customer()));
        kinds.put("customer-status", orders(samples, s -> "status=COMPLETED&customer=" + s.customer()));
        kinds.put("customer-unknown", orders(samples, s -> "customer=nobody"));
        kinds.put("sku", orders(samples, s -> "sku=" + s.sku()));
        kinds.put("sku-status", orders(samples, s -> "status=AWAITING_SHIPMENT&sku=" + s.sku()));
        kinds.put("sku-no-status", orders(samples, s -> "status=CANCELLED&sku=" + s.sku()));
        kinds.put("sku-range", orders(samples, s -> hourUntil(s.placedAt()) + "&sku=" + s.sku()));
        kinds.put("sku-unknown", orders(samples, s -> "sku=nothing"));
        kinds.put("customer-sku", orders(samples, s -> "customer=" + s.customer() + "&sku=" + s.sku()));
        kinds.put("range", orders(samples, s -> hourUntil(s.placedAt())));
        kinds.put("range-status", orders(samples, s -> "status=COMPLETED&" + hourUntil(s.placedAt())));
        for (String filter :
                List.of("", "status=AWAITING_SHIPMENT", "sku=" + samples.get(0).sku())) {
            String kind = "deep" + (filter.isEmpty() ? "" : "-" + filter.replaceFirst("=.*", ""));
            kinds.put(kind, deep(samples, filter));
        }
        kinds.put("order", pages(samples, s -> "/api/orders/" + s.orderNo()));
        kinds.put("events", pages(samples, s -> "/api/orders/" + s.orderNo() + "/events"));
        String toShip = get(new Page(PACKER, "/engine-rest/filter?name=To%20ship"))
                .path(0)
                .path("id")
                .asText();
        kinds.put(
                "tasks",
                List.of(new Page(PACKER, "/engine-rest/filter/" + toShip + "/list?firstResult=0&maxResults=15")));
        kinds.put("tasks-count", List.of(new Page(PACKER, "/engine-rest/filter/" + toShip + "/count")));
        return kinds;
    }

    private static List<Page> orders(List<Sample> samples, Query query) {
        return pages(samples, sample -> "/api/orders?" + query.of(sample));
    }

    private static List<Page> pages(List<Sample> samples, Query path) {
        return samples.stream().map(sample -> new Page(SHOP, path.of(sample))).toList();
    }

    /** Pages from somewhere in the middle on. */
    private List<Page> deep(List<Sample> samples, String filter) throws IOException, InterruptedException {
        List<Page> pages = new ArrayList<>();
        for (Sample sample : samples) {
            String cursor = get(new Page(SHOP, "/api/orders?limit=1&placedTo=" + sample.placedAt() + "&" + filter))
                    .path("next")
                    .asText("");
            if (!cursor.isEmpty()) {
                pages.add(new Page(SHOP, "/api/orders?" + filter + "&cursor=" + cursor));
            }
        }
        return pages;
    }

    private static String hourUntil(Instant time) {
        return "placedFrom=" + time.minus(Duration.ofHours(1)) + "&placedTo=" + time;
    }

    private List<Sample> samples(int skus) {
        return jdbc.sql("select order_no, customer_id, placed_at from orders order by random() limit :many")
                .param("many", PAGES / 2)
                .query((row, i) -> new Sample(
                        row.getString("order_no"),
                        row.getString("customer_id"),
                        "bench-" + ThreadLocalRandom.current().nextInt(skus),
                        row.getObject("placed_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    private JsonNode get(Page page) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(address.resolve(page.path()))
                        .header("Authorization", "Bearer " + page.who())
                        .build(),
                BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(page.path() + " was answered " + response.statusCode());
        }
        return JSON.readTree(response.body());
    }

    private interface Query {
        String of(Sample sample);
    }

    private record Page(String who, String path) {}

    private record Sample(String orderNo, String customer, String sku, Instant placedAt) {}
}
