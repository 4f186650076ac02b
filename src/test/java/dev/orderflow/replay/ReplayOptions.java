package dev.orderflow.replay;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ApplicationArguments;

/** What the command line asks for: {@code --replay=DIR [--replay-timers=data|default] [--replay-limit=N]}. */
public record ReplayOptions(Path folder, Timers timers, int limit) {

    public static final String HELP = """
              --replay=DIR  send the orders in DIR (CSV files named as in the Brazilian E-Commerce Public Dataset by Olist)
                            through the queue, on an empty database in target/replay, and say what came of them
              --replay-timers=data     wait as long as the data does (default)
              --replay-timers=default  let the timers fire as in production, to the second
              --replay-limit=N         only N orders, spread over the whole time
            """;

    /** How long the order process waits, and how far messages may be ahead of the clock. */
    enum Timers {
        DATA("timers as patient as the data", Duration.ofHours(12)),
        DEFAULT("the default timers", Duration.ZERO);

        private final String words;
        private final Duration lead;

        Timers(String words, Duration lead) {
            this.words = words;
            this.lead = lead;
        }

        Duration lead() {
            return lead;
        }

        String profile() {
            return "replay-" + name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String toString() {
            return words;
        }
    }

    public static boolean wanted(ApplicationArguments arguments) {
        return arguments.containsOption("replay");
    }

    /** @throws NotUnderstood if it asks for what is not there */
    public static ReplayOptions of(ApplicationArguments arguments) {
        String folder = value(arguments, "replay");
        if (folder == null || !Files.isDirectory(Path.of(folder))) {
            throw new NotUnderstood("--replay=DIR wants a folder, and there is none at " + folder + ".");
        }
        String timers = value(arguments, "replay-timers");
        String limit = value(arguments, "replay-limit");
        if (limit != null && !limit.matches("[1-9][0-9]{0,8}")) {
            throw new NotUnderstood("--replay-limit=N wants a number of orders, not " + limit + ".");
        }
        return new ReplayOptions(
                Path.of(folder),
                timers == null ? Timers.DATA : named(timers),
                limit == null ? Integer.MAX_VALUE : Integer.parseInt(limit));
    }

    private static Timers named(String name) {
        return Arrays.stream(Timers.values())
                .filter(timers -> timers.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new NotUnderstood("--replay-timers wants data or default, not " + name + "."));
    }

    private static @Nullable String value(ApplicationArguments arguments, String option) {
        List<String> values = arguments.getOptionValues(option);
        return values == null || values.isEmpty() ? null : values.get(0);
    }

    /** The Spring profiles with the settings of such a run. */
    public List<String> profiles() {
        return List.of("embedded", "replay", timers.profile());
    }

    /** Says in one sentence what is wrong with the command line. */
    public static final class NotUnderstood extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotUnderstood(String sentence) {
            super(sentence);
        }
    }
}
