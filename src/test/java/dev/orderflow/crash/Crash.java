package dev.orderflow.crash;

import dev.orderflow.world.Command;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** One run: orders come, things break, then everything is healed, comes to rest and is accounted for. */
public final class Crash {

    private static final Path DIRECTORY = Path.of("target", "crash");
    private static final Duration LONGEST_STANDSTILL = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration TICK = Duration.ofMillis(20);
    private static final int MOST_WRONGS = 40;

    private final CrashOptions options;
    private final PrintStream out;

    private Crash(CrashOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** @return whether nothing was lost and nothing done twice */
    public static boolean run(CrashOptions options, PrintStream out)
            throws IOException, InterruptedException, TimeoutException {
        try (Site site = new Site(DIRECTORY, options, out)) {
            return options.measure() ? Measures.run(site, out) : new Crash(options, out).run(site);
        }
    }

    private boolean run(Site site) throws IOException, InterruptedException, TimeoutException {
        long begun = System.nanoTime();
        site.startNodes();
        out.printf("All nodes are ready after %.0f s.%n", seconds(begun));
        Post post = new Post(site);
        Players players = new Players(post, options.seed());
        Set<Fault> possible = possible(site);
        try (post;
                Ears ears = new Ears(site.broker().port(), players::hear);
                Strikes strikes = new Strikes(site, possible)) {
            players.stock();
            Until.holds(Duration.ofSeconds(30), "the stock is counted", () -> post.open() == 0);
            Optional<Command> poison = poison(site);
            poison.ifPresent(post::byQueue);
            storm(possible, players, strikes, ears);
            out.println("Healing.");
            strikes.awaitHealed();
            Verdict verdict = new Verdict(site, post, ears, players, poison);
            out.println("All is healed; waiting for everything to come to rest.");
            long healed = System.nanoTime();
            boolean quiet = comesToRest(verdict, ears);
            out.printf("%s after %.0f s.%n", quiet ? "It came to rest" : "It did not come to rest", seconds(healed));
            List<String> wrongs = verdict.wrongs();
            wrongs.addAll(0, strikes.complaints());
            report(strikes, post, players, ears, verdict, wrongs.size(), seconds(begun));
            return conclude(quiet, wrongs);
        }
    }

    /** The embedded broker does not count how often it delivers, so there the message would come again for ever. */
    private static Optional<Command> poison(Site site) {
        return site.broker().keepsMessages()
                ? Optional.of(Poison.in(site.database()).message())
                : Optional.empty();
    }

    /** Waits as long as anything moves. */
    private static boolean comesToRest(Verdict verdict, Ears ears) {
        long heard = -1;
        while (heard < ears.heard()) {
            heard = ears.heard();
            if (Until.holds(LONGEST_STANDSTILL, () -> isQuiet(verdict))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isQuiet(Verdict verdict) {
        Until.pause(LOOK);
        return verdict.isQuiet();
    }

    private void storm(Set<Fault> possible, Players players, Strikes strikes, Ears ears) {
        List<Strike> plan = new ArrayList<>(Strike.plan(options.seed(), options.length(), options.nodes(), possible));
        Progress progress = new Progress(out, System.console() != null, options.length());
        long begun = System.nanoTime();
        long ordered = 0;
        Duration now = Duration.ZERO;
        while (now.compareTo(options.length()) < 0) {
            while (ordered < now.toMillis() * options.rate() / 1_000) {
                players.order();
                ordered++;
            }
            Duration moment = now;
            plan.stream()
                    .takeWhile(strike -> strike.at().compareTo(moment) <= 0)
                    .filter(strikes::strike)
                    .findFirst()
                    .ifPresent(strike -> {
                        plan.remove(strike);
                        progress.say(strike.fault().toString());
                    });
            progress.show(now, "%d orders, %d ended, %d events".formatted(ordered, players.ended(), ears.heard()));
            Until.pause(TICK);
            now = Duration.ofNanos(System.nanoTime() - begun);
        }
        progress.finish();
    }

    private Set<Fault> possible(Site site) {
        Set<Fault> possible = EnumSet.allOf(Fault.class);
        if (Node.fakeTime().isEmpty()) {
            out.println("No clock is set wrong: libfaketime is not installed (Debian: faketime).");
            possible.remove(Fault.SKEW_CLOCK);
        }
        if (!site.broker().keepsMessages()) {
            out.println("The broker itself is left alone: the embedded one forgets its messages.");
            possible.removeIf(Fault::isBrokers);
        }
        return possible;
    }

    private void report(
            Strikes strikes, Post post, Players players, Ears ears, Verdict verdict, int wrongs, double seconds) {
        out.println();
        out.println("| Survived | Times |");
        out.println("|---|---:|");
        strikes.done().forEach((fault, times) -> row(fault, times));
        row("faults in all", strikes.done().values().stream().mapToInt(i -> i).sum());
        out.println();
        out.println("| Accounted for | |");
        out.println("|---|---:|");
        row("nodes", options.nodes());
        row(
                "seconds, of that under fire",
                "%.0f, %d".formatted(seconds, options.length().toSeconds()));
        row("orders", players.stories().size());
        row("messages acknowledged", post.acknowledged().size());
        row("messages sent again", post.resent());
        row("duplicates refused in an HTTP answer", post.duplicates());
        row("events", ears.heard());
        row("events heard again", ears.repeated());
        row("losses", verdict.lost());
        row("done twice", verdict.doubled());
        row("anything else wrong", wrongs);
        out.println();
    }

    private void row(Object name, Object value) {
        out.printf(
                Locale.ROOT, "| %s | %s |%n", name, value instanceof Number n ? "%,d".formatted(n.longValue()) : value);
    }

    private boolean conclude(boolean quiet, List<String> wrongs) {
        wrongs.stream().limit(MOST_WRONGS).forEach(wrong -> out.println("WRONG: " + wrong));
        boolean ok = quiet && wrongs.isEmpty();
        out.println(
                ok
                        ? "CRASH ok: nothing was lost, nothing was done twice, nothing is stuck"
                        : "CRASH failed: %d wrongs%s; the logs are in %s"
                                .formatted(wrongs.size(), quiet ? "" : ", and it never came to rest", DIRECTORY));
        return ok;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
