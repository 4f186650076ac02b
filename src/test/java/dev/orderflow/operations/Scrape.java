package dev.orderflow.operations;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What Prometheus gets when it asks. */
record Scrape(List<String> lines) {

    static Scrape of(int port) {
        return new Scrape(get(port, "/actuator/prometheus", "dashboard")
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList());
    }

    /** Asks with the key of a machine, or with none. */
    static HttpResponse<String> get(int port, String path, String key) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
            if (!key.isEmpty()) {
                request.header("Authorization", "Bearer " + key);
            }
            return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Set<String> names() {
        return lines.stream().map(line -> line.split("[ {]", 2)[0]).collect(Collectors.toSet());
    }

    /** The sum of all samples of this name whose labels hold each of the given, such as {@code type="PlaceOrder"}. */
    double sum(String name, String... labels) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
