package dev.orderflow.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.yaml.snakeyaml.Yaml;

/** What the dashboard and the alerts ask for is there: every metric and every label in a real scrape, every alert in the README. */
@Watched
class DashboardTests {

    private static final Path OPS = Path.of("src/ops");

    /** Prometheus makes it for everybody it asks. */
    private static final Set<String> PROMETHEUS_OWN = Set.of("up");

    private static final Pattern METRIC = Pattern.compile("([a-z_][a-z0-9_]*)(\\{[^}]*})?(?=[\\s\\[)]|$)");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring) *\\(([^)]*)\\)");
    private static final Pattern WORDS = Pattern.compile("\\b(and|or|unless|bool|offset)\\b");

    @LocalServerPort
    int port;

    @Autowired
    World world;

    @Autowired
    Readings readings;

    @Autowired
    InvariantsWatch invariants;

    @Test
    void every_metric_of_the_dashboard_is_in_a_scrape() throws IOException {
        assertAllScraped(dashboard());
    }

    @Test
    void every_metric_of_the_alerts_is_in_a_scrape() throws IOException {
        Map<String, String> alerts = new LinkedHashMap<>();
        rules().forEach(rule -> alerts.put((String) rule.get("alert"), (String) rule.get("expr")));
        assertThat(alerts).hasSizeGreaterThan(10);
        assertAllScraped(alerts);
    }

    @Test
    void every_alert_says_how_bad_it_is_and_the_readme_says_what_to_do() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        assertThat(rules()).allSatisfy(rule -> {
            assertThat(rule).containsKeys("alert", "expr", "labels", "annotations");
            assertThat(((Map<?, ?>) rule.get("labels")).get("severity")).isIn("page", "ticket");
            assertThat(((Map<?, ?>) rule.get("annotations")).get("summary")).isNotNull();
            assertThat(readme).contains("| `" + rule.get("alert") + "` |");
        });
    }

    @Test
    void what_we_measure_ourselves_is_all_on_the_dashboard() throws IOException {
        Set<String> asked = new TreeSet<>();
        dashboard()
                .values()
                .forEach(expression -> asked.addAll(metrics(expression).keySet()));
        Set<String> ours = new TreeSet<>(scrape().names());
        ours.removeIf(name -> !name.startsWith("orderflow_") || name.matches(".*_(count|sum|max)"));

        assertThat(asked).containsAll(ours);
    }

    private void assertAllScraped(Map<String, String> expressions) {
        Scrape scrape = scrape();
        expressions.forEach((title, expression) -> {
            Map<String, Set<String>> metrics = metrics(expression);
            assertThat(metrics).as(title).isNotEmpty();
            metrics.forEach((metric, labels) -> {
                assertThat(scrape.names()).as(title).contains(metric);
                for (String label : labels) {
                    assertThat(scrape.lines())
                            .as("%s: label %s of %s", title, label, metric)
                            .anyMatch(line -> line.startsWith(metric + "{") && line.contains(label + "=\""));
                }
            });
        });
    }

    /** The metrics an expression asks for, each with the labels it picks by. What it groups by is looked for in all of them. */
    private static Map<String, Set<String>> metrics(String expression) {
        Set<String> grouped = new TreeSet<>();
        Matcher grouping = GROUPING.matcher(expression);
        while (grouping.find()) {
            grouped.addAll(List.of(grouping.group(1).split(" *, *")));
        }
        grouped.remove("instance"); // Prometheus adds it
        String rest = GROUPING.matcher(expression).replaceAll("").replace("$__rate_interval", "5m");
        rest = WORDS.matcher(rest.replaceAll("\\[[0-9a-z]+]", "[]")).replaceAll("");
        Map<String, Set<String>> metrics = new LinkedHashMap<>();
        Matcher metric = METRIC.matcher(rest);
        while (metric.find()) {
            if (rest.substring(metric.end()).stripLeading().startsWith("(")) {
                continue; // a function
            }
            if (PROMETHEUS_OWN.contains(metric.group(1))) {
                metrics.put("orderflow_relay_lag_seconds", Set.of());
                continue;
            }
            Set<String> labels = new TreeSet<>(grouped);
            Matcher label = Pattern.compile("([a-z_]+) *(?:=~|!~|!=|=)")
                    .matcher(metric.group(2) == null ? "" : metric.group(2));
            while (label.find()) {
                labels.add(label.group(1));
            }
            metrics.put(metric.group(1), labels);
        }
        return metrics;
    }

    /** After everything that is only measured once it has happened. */
    private Scrape scrape() {
        String orderNo = world.paid();
        world.apply(Command.cancelOrder(orderNo));
        Scrape.get(port, "/api/orders/" + orderNo, "shop");
        readings.take();
        invariants.check();
        return Scrape.of(port);
    }

    private static Map<String, String> dashboard() throws IOException {
        JsonNode dashboard = new JsonMapper().readTree(Files.readString(OPS.resolve("grafana/orderflow.json")));
        Map<String, String> expressions = new LinkedHashMap<>();
        dashboard
                .get("panels")
                .forEach(panel -> panel.get("targets")
                        .forEach(target -> expressions.put(
                                panel.get("title").asText() + " "
                                        + target.get("refId").asText(),
                                target.get("expr").asText())));
        assertThat(expressions).hasSizeGreaterThan(20);
        return expressions;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rules() throws IOException {
        Map<String, Object> file = new Yaml().load(Files.readString(OPS.resolve("prometheus/alerts.yml")));
        return ((List<Map<String, Object>>) file.get("groups"))
                .stream()
                        .flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream())
                        .toList();
    }
}
