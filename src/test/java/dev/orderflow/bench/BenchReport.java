package dev.orderflow.bench;

import dev.orderflow.bench.BenchOptions.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The medians of all rounds as a table ({@code table.md}), the rounds as they were ({@code rounds.txt}) and as a picture. */
final class BenchReport {

    private static final int BAR = 560;

    private BenchReport() {}

    /** @param others lines of what was measured without rounds of orders */
    static void write(List<Round> rounds, List<String> others, Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.write(
                directory.resolve("rounds.txt"),
                Stream.concat(rounds.stream().map(Round::line), others.stream()).toList());
        List<Mode> modes = rounds.stream().map(Round::mode).distinct().toList();
        if (modes.isEmpty()) {
            return;
        }
        Files.write(directory.resolve("table.md"), table(rounds, modes));
        Files.writeString(directory.resolve("orders.svg"), picture(rounds, modes));
    }

    private static List<String> table(List<Round> rounds, List<Mode> modes) {
        List<String> lines = new ArrayList<>();
        lines.add("| median of "
                + rounds.stream().filter(r -> r.mode() == modes.get(0)).count() + " rounds | "
                + String.join(" | ", modes.stream().map(Mode::wire).toList()) + " |");
        lines.add("|---|" + "---:|".repeat(modes.size()));
        row(lines, "orders/s", "%.0f", rounds, modes, Round::ordersPerSecond);
        lines.add("| (lowest to highest) | "
                + String.join(
                        " | ", modes.stream().map(mode -> spread(rounds, mode)).toList()) + " |");
        for (Life step : Life.values()) {
            String name = step.name().toLowerCase(Locale.ROOT);
            row(
                    lines,
                    name + " p50, ms",
                    "%.1f",
                    rounds,
                    modes,
                    r -> r.steps().get(step).percentile(50));
            row(
                    lines,
                    name + " p95, ms",
                    "%.1f",
                    rounds,
                    modes,
                    r -> r.steps().get(step).percentile(95));
            row(
                    lines,
                    name + " p99, ms",
                    "%.1f",
                    rounds,
                    modes,
                    r -> r.steps().get(step).percentile(99));
        }
        row(lines, "event lag p99, ms", "%.0f", rounds, modes, r -> r.eventLag().percentile(99));
        row(
                lines,
                "statements per order",
                "%.1f",
                rounds,
                modes,
                r -> r.perOrder().statements());
        row(
                lines,
                "round trips per order",
                "%.1f",
                rounds,
                modes,
                r -> r.perOrder().roundTrips());
        row(lines, "commits per order", "%.2f", rounds, modes, r -> r.perOrder().commits());
        row(
                lines,
                "CPU of the application, ms per order",
                "%.2f",
                rounds,
                modes,
                r -> r.perOrder().jvmCpuSeconds() * 1e3);
        row(
                lines,
                "CPU of PostgreSQL, ms per order",
                "%.2f",
                rounds,
                modes,
                r -> r.perOrder().databaseCpuSeconds() * 1e3);
        row(
                lines,
                "WAL, bytes per order",
                "%.0f",
                rounds,
                modes,
                r -> r.perOrder().walBytes());
        row(
                lines,
                "tables, bytes per order",
                "%.0f",
                rounds,
                modes,
                r -> r.perOrder().tableBytes());
        row(lines, "resident memory, MiB", "%.0f", rounds, modes, Round::residentMebibytes);
        return lines;
    }

    private static void row(
            List<String> lines,
            String name,
            String pattern,
            List<Round> rounds,
            List<Mode> modes,
            ToDoubleFunction<Round> value) {
        lines.add("| " + name + " | "
                + String.join(
                        " | ",
                        modes.stream()
                                .map(mode -> median(rounds, mode, value))
                                .map(median -> Double.isNaN(median) ? "" : String.format(Locale.ROOT, pattern, median))
                                .toList())
                + " |");
    }

    private static double[] sorted(List<Round> rounds, Mode mode, ToDoubleFunction<Round> value) {
        return rounds.stream()
                .filter(r -> r.mode() == mode)
                .mapToDouble(value)
                .sorted()
                .toArray();
    }

    private static double median(List<Round> rounds, Mode mode, ToDoubleFunction<Round> value) {
        double[] values = sorted(rounds, mode, value);
        return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
    }

    private static String spread(List<Round> rounds, Mode mode) {
        double[] values = sorted(rounds, mode, Round::ordersPerSecond);
        return String.format(Locale.ROOT, "%.0f to %.0f", values[0], values[values.length - 1]);
    }

    /** A bar for every round. */
    private static String picture(List<Round> rounds, List<Mode> modes) {
        double most = rounds.stream().mapToDouble(Round::ordersPerSecond).max().orElse(1);
        StringBuilder svg = new StringBuilder();
        int y = 40;
        for (Mode mode : modes) {
            svg.append(text(10, y + 4, mode.wire() + ", orders/s", "start"));
            y += 14;
            for (double rate : sorted(rounds, mode, Round::ordersPerSecond)) {
                int length = (int) Math.round(rate / most * BAR);
                svg.append("<rect x='10' y='" + y + "' width='" + length + "' height='12' fill='#3b6ea5'/>");
                svg.append(text(length + 16, y + 10, String.format(Locale.ROOT, "%.0f", rate), "start"));
                y += 16;
            }
            y += 18;
        }
        return "<svg xmlns='http://www.w3.org/2000/svg' width='660' height='" + y
                + "' font-family='sans-serif' font-size='12'><rect width='100%' height='100%' fill='white'/>"
                + text(10, 20, "Whole lives of orders: placed, paid, shipped, received", "start") + svg + "</svg>";
    }

    private static String text(int x, int y, String words, String anchor) {
        return "<text x='" + x + "' y='" + y + "' text-anchor='" + anchor + "'>" + words + "</text>";
    }
}
