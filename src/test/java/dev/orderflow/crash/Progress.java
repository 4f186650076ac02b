package dev.orderflow.crash;

import java.io.PrintStream;
import java.time.Duration;

/** How far it is and what just broke: a bar on a terminal, lines elsewhere. */
final class Progress {

    private static final int WIDTH = 40;
    private static final Duration REFRESH = Duration.ofMillis(200);
    private static final Duration LINE = Duration.ofSeconds(10);

    private final PrintStream out;
    private final boolean terminal;
    private final Duration length;
    private Duration shown = Duration.ZERO;

    Progress(PrintStream out, boolean terminal, Duration length) {
        this.out = out;
        this.terminal = terminal;
        this.length = length;
    }

    void say(String what) {
        out.println((terminal ? "\r" : "") + "  " + what + " ".repeat(terminal ? WIDTH : 0));
    }

    void show(Duration now, String numbers) {
        if (now.minus(shown).compareTo(terminal ? REFRESH : LINE) < 0) {
            return;
        }
        shown = now;
        double part = Math.min(1, (double) now.toMillis() / length.toMillis());
        if (terminal) {
            int full = (int) Math.round(part * WIDTH);
            out.printf("\r[%s%s] %s  ", "#".repeat(full), ".".repeat(WIDTH - full), numbers);
            out.flush();
        } else {
            out.printf("%3.0f %%  %s%n", part * 100, numbers);
        }
    }

    void finish() {
        if (terminal) {
            out.println();
        }
    }
}
