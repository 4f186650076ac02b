package dev.orderflow.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.boot.ApplicationArguments;

/** What the command line asks for: {@code --bench [--bench-modes=…] [--bench-orders=N] …}; see {@link #HELP}. */
public record BenchOptions(
        List<Mode> modes,
        int orders,
        int rounds,
        int threads,
        int skus,
        int inFlight,
        int waiting,
        int finished,
        int minutes) {

    public static final String HELP = """
              --bench               measure whole lives of orders (placed, paid, shipped, received) and write what was seen
                                    to target/bench; the database should be empty and of its own
              --bench-modes=LIST    java, http, queue, steady (these are the default), and timers (how late they are when
                                    1000 fall due in one second), lists (how long each kind of page takes), soak (the
                                    queue at seven tenths of its peak for a long time, a line a minute)
              --bench-orders=N      orders a round (default: 2000)
              --bench-rounds=N      rounds a mode, after as many as it takes to warm up (default: 4)
              --bench-threads=N     clients of java and http (default: 4)
              --bench-skus=N        spread over so many skus; 1 puts every order on the same (default: 1000)
              --bench-in-flight=N   orders under way at a time through the queue (default: 256)
              --bench-waiting=N     so many orders wait for payment or shipment before anything is measured (default: 0)
              --bench-finished=N    so many are finished before anything is measured (default: 0)
              --bench-minutes=N     of soak (default: 30)
              --bench-url=JDBC      this PostgreSQL instead of an embedded one
            """;

    /** The door that orders come through. */
    enum Mode {
        /** The inbox, called in process. */
        JAVA,
        /** {@code POST /api/commands}. */
        HTTP,
        /** The queue, each step sent when the event of the last one came back. */
        QUEUE,
        /** The queue at seven tenths of what it carried before, to see how late events are. */
        STEADY,
        /** Many timers that fall due within one second. */
        TIMERS,
        /** Pages of lists, one after the other. */
        LISTS,
        /** As steady, for long: what grows, leaks or slows down shows. */
        SOAK;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static boolean wanted(ApplicationArguments arguments) {
        return arguments.containsOption("bench");
    }

    /** The PostgreSQL to measure on, if it is not the embedded one. */
    public static Optional<String> database(ApplicationArguments arguments) {
        return Optional.of(value(arguments, "url", "")).filter(url -> !url.isEmpty());
    }

    /** @throws IllegalArgumentException in one sentence, if it asks for what is not there */
    public static BenchOptions of(ApplicationArguments arguments) {
        return new BenchOptions(
                Arrays.stream(value(arguments, "modes", "java,http,queue,steady")
                                .split(","))
                        .map(BenchOptions::mode)
                        .toList(),
                number(arguments, "orders", 2000),
                number(arguments, "rounds", 4),
                number(arguments, "threads", 4),
                number(arguments, "skus", 1000),
                number(arguments, "in-flight", 256),
                count(arguments, "waiting"),
                count(arguments, "finished"),
                number(arguments, "minutes", 30));
    }

    private static Mode mode(String name) {
        return Arrays.stream(Mode.values())
                .filter(mode -> mode.wire().equals(name.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--bench-modes knows java, http, queue, steady, timers, lists and soak, not " + name + "."));
    }

    /** The same for so many orders. */
    BenchOptions withOrders(int orders) {
        return new BenchOptions(modes, orders, rounds, threads, skus, inFlight, waiting, finished, minutes);
    }

    private static int count(ApplicationArguments arguments, String option) {
        return value(arguments, option, "0").equals("0") ? 0 : number(arguments, option, 0);
    }

    private static int number(ApplicationArguments arguments, String option, int usual) {
        String value = value(arguments, option, String.valueOf(usual));
        if (!value.matches("[1-9][0-9]{0,7}")) {
            throw new IllegalArgumentException("--bench-" + option + " wants a number, not " + value + ".");
        }
        return Integer.parseInt(value);
    }

    private static String value(ApplicationArguments arguments, String option, String usual) {
        List<String> values = arguments.getOptionValues("bench-" + option);
        return values == null || values.isEmpty() || values.get(0).isBlank() ? usual : values.get(0);
    }
}
