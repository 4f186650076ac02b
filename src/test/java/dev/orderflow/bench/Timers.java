package dev.orderflow.bench;

import dev.orderflow.bench.BenchOptions.Mode;
import dev.orderflow.bench.Seeder.Kind;
import dev.orderflow.world.Command;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How late timers fire: a thousand of those that wait are made to fall due within one second, half of them cancelling unpaid orders,
 * half telling of late shipments; the others go on waiting.
 */
final class Timers {

    private static final int DUE = 1_000;
    private static final Duration WITHIN = Duration.ofSeconds(1);
    private static final Duration AHEAD = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final JdbcClient jdbc;
    private final Consumer<List<Command>> live;

    /** @param live takes an order through these commands */
    Timers(JdbcClient jdbc, Consumer<List<Command>> live) {
        this.jdbc = jdbc;
        this.live = live;
    }

    void run(BenchOptions options, Consumer<String> out) {
        for (int number = 0; number <= options.rounds(); number++) {
            out.accept(round(number, options));
        }
    }

    private String round(int number, BenchOptions options) {
        List<Waiting> chosen = new ArrayList<>();
        for (Kind kind : List.of(Kind.PENDING_PAYMENT, Kind.AWAITING_SHIPMENT)) {
            List<Waiting> some = waiting(kind);
            for (int missing = some.size(); missing < DUE / 2; missing++) {
                live.accept(Seeder.life(kind, Bench.newOrderNo(), Bench.sku(options), "c-17"));
            }
            chosen.addAll(some.size() < DUE / 2 ? waiting(kind) : some);
        }
        Bench.awaitPublished(jdbc);

        Instant first = Instant.now().plus(AHEAD);
        Map<String, Instant> due = fallDue(chosen, first);
        if (Instant.now().isAfter(first)) {
            throw new IllegalStateException("the timers were due before all of them could be told so");
        }
        Latencies fired = new Latencies();
        Instant last = first;
        for (Fired timer : await(chosen)) {
            Instant when = due.get(timer.orderNo());
            fired.add(Duration.between(when, timer.happened()).toNanos());
            last = timer.happened().isAfter(last) ? timer.happened() : last;
        }
        return Round.format(
                "RESULT mode=%s round=%d orders/s=%.1f waiting=%d late_p50=%.0f late_p99=%.0f late_max=%.0f",
                Mode.TIMERS.wire(),
                number,
                DUE / (Duration.between(first, last).toNanos() / 1e9),
                jdbc.sql("select count(*) from act_ru_job").query(Long.class).single(),
                fired.percentile(50),
                fired.percentile(99),
                fired.percentile(100));
    }

    /** Half as many as fall due, of those with plenty of time left. */
    private List<Waiting> waiting(Kind kind) {
        return jdbc.sql("""
                        select o.order_no, j.id_ as job
                        from act_ru_job j
                        join act_ru_execution i on i.id_ = j.process_instance_id_
                        join orders o on o.order_no = i.business_key_
                        where j.type_ = 'timer' and j.duedate_ > :soon and o.status = :status
                        order by j.id_ limit :many
                        """)
                .param("soon", Timestamp.from(Instant.now().plus(PATIENCE)))
                .param("status", kind.name())
                .param("many", DUE / 2)
                .query(Waiting.class)
                .list();
    }

    private Map<String, Instant> fallDue(List<Waiting> timers, Instant first) {
        Map<String, Instant> due = new HashMap<>();
        for (int i = 0; i < timers.size(); i++) {
            // The two kinds by turns, and the engine keeps milliseconds.
            int place = i % 2 == 0 ? i / 2 : timers.size() - 1 - i / 2;
            due.put(
                    timers.get(place).orderNo(),
                    Instant.ofEpochMilli(first.toEpochMilli() + WITHIN.toMillis() * i / timers.size()));
        }
        jdbc.sql("""
                        update act_ru_job j set duedate_ = t.due
                        from unnest(:jobs::text[], :due::timestamp[]) t (job, due)
                        where j.id_ = t.job
                        """)
                .param("jobs", timers.stream().map(Waiting::job).toArray(String[]::new))
                .param(
                        "due",
                        timers.stream()
                                .map(timer ->
                                        Timestamp.from(due.get(timer.orderNo())).toString())
                                .toArray(String[]::new))
                .update();
        return due;
    }

    private List<Fired> await(List<Waiting> timers) {
        long until = System.nanoTime() + AHEAD.plus(PATIENCE).toNanos();
        while (true) {
            List<Fired> fired = jdbc.sql("""
                            select subject as order_no, happened_at from order_event
                            where subject = any (:orders) and type in ('OrderCancelled', 'ShipmentOverdue')
                            """)
                    .param("orders", timers.stream().map(Waiting::orderNo).toArray(String[]::new))
                    .query((row, i) -> new Fired(
                            row.getString("order_no"),
                            row.getObject("happened_at", OffsetDateTime.class).toInstant()))
                    .list();
            if (fired.size() == timers.size()) {
                return fired;
            }
            if (System.nanoTime() > until) {
                throw new IllegalStateException(fired.size() + " of " + timers.size() + " timers fired");
            }
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        }
    }

    record Waiting(String orderNo, String job) {}

    private record Fired(String orderNo, Instant happened) {}
}
