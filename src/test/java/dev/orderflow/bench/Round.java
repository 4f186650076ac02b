package dev.orderflow.bench;

import dev.orderflow.bench.BenchOptions.Mode;
import java.util.Locale;
import java.util.Map;

/** One round of one mode: how fast, how long each step took, how late events were, and what an order cost. */
record Round(
        Mode mode,
        int number,
        double ordersPerSecond,
        Map<Life, Latencies> steps,
        Latencies eventLag,
        Costs perOrder,
        double residentMebibytes,
        double liveMebibytes) {

    /** {@code RESULT mode=java round=2 orders/s=412.0 …}; times in milliseconds, costs for one order. */
    String line() {
        StringBuilder line = new StringBuilder(
                format("RESULT mode=%s round=%d orders/s=%.1f", mode.wire(), number, ordersPerSecond));
        steps.forEach((step, took) -> line.append(format(
                " %1$s_p50=%2$.1f %1$s_p95=%3$.1f %1$s_p99=%4$.1f",
                step.name().toLowerCase(Locale.ROOT), took.percentile(50), took.percentile(95), took.percentile(99))));
        line.append(format(" event_lag_p50=%.1f event_lag_p99=%.1f", eventLag.percentile(50), eventLag.percentile(99)));
        line.append(format(
                " statements=%.1f round_trips=%.1f commits=%.2f jvm_cpu_ms=%.2f db_cpu_ms=%.2f wal_bytes=%.0f table_bytes=%.0f rss_mib=%.0f live_mib=%.0f",
                perOrder.statements(),
                perOrder.roundTrips(),
                perOrder.commits(),
                perOrder.jvmCpuSeconds() * 1e3,
                perOrder.databaseCpuSeconds() * 1e3,
                perOrder.walBytes(),
                perOrder.tableBytes(),
                residentMebibytes,
                liveMebibytes));
        return line.toString();
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
