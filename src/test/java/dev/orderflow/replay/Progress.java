package dev.orderflow.replay;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** How far it is: a bar on a terminal, a line now and then elsewhere. */
final class Progress {

    private static final int WIDTH = 40;
    private static final long REFRESH_NANOS = 200_000_000L;
    private static final long LINE_NANOS = 10_000_000_000L;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);

    private final PrintStream out;
    private final boolean terminal;
    private final long started = System.nanoTime();
    private long shown = started;
    private long expected;
    private long arrived;

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void expect(long more) {
        expected += more;
    }

    void arrived(Instant clock) {
        arrived++;
        long now = System.nanoTime();
        if (now - shown >= (terminal ? REFRESH_NANOS : LINE_NANOS)) {
            shown = now;
            show(clock);
        }
    }

    void finish(Instant clock) {
        show(clock);
        if (terminal) {
            out.println();
        }
    }

    private void show(Instant clock) {
        double part = expected == 0 ? 1 : (double) arrived / expected;
        String numbers = String.format(
                "%3.0f %%  %d of %d messages  %s  %.0f/s", part * 100, arrived, expected, DAY.format(clock), rate());
        if (terminal) {
            int full = (int) Math.round(part * WIDTH);
            out.print("\r[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] " + numbers + "  ");
            out.flush();
        } else {
            out.println(numbers);
        }
    }

    double rate() {
        return arrived / seconds();
    }

    double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }
}
