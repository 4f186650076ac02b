package dev.orderflow.crash;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ApplicationArguments;

/**
 * What the command line asks for.
 *
 * @param length how long orders come and things break
 * @param rate orders a second
 * @param measure whether to measure outages one by one instead
 */
public record CrashOptions(Duration length, long seed, int nodes, int rate, boolean measure, Path jar) {

    public static final String HELP = """
              --crash=PT2M      run target/orderflow.jar (./mvnw package) as several processes on a PostgreSQL and a broker of their
                                own (RabbitMQ where it is installed as Debian does), break things for so long, then check that
                                nothing was lost and nothing done twice
              --crash-seed=N    the same seed plans the same orders and faults (default: 1)
              --crash-nodes=N   how many processes (default: 2)
              --crash-rate=N    orders a second (default: 6)
              --crash=measure   how long a dead node, a silent network and a broker's outage delay events
            """;

    private static final Path JAR = Path.of("target", "orderflow.jar");

    public static boolean wanted(ApplicationArguments arguments) {
        return arguments.containsOption("crash");
    }

    /** @throws NotUnderstood if it asks for what cannot be */
    public static CrashOptions of(ApplicationArguments arguments) {
        if (!Files.isRegularFile(JAR)) {
            throw new NotUnderstood("There is no " + JAR + "; ./mvnw -DskipTests package makes it.");
        }
        String length = value(arguments, "crash", "PT2M");
        boolean measure = length.equals("measure");
        return new CrashOptions(
                measure ? Duration.ZERO : duration(length),
                number(arguments, "crash-seed", 1),
                (int) number(arguments, "crash-nodes", 2),
                (int) number(arguments, "crash-rate", 6),
                measure,
                JAR);
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new NotUnderstood("--crash wants a duration such as PT2M, or measure, not " + text + ".");
        }
    }

    private static long number(ApplicationArguments arguments, String option, long usual) {
        String text = value(arguments, option, String.valueOf(usual));
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new NotUnderstood("--" + option + " wants a number, not " + text + ".");
        }
        return Long.parseLong(text);
    }

    private static String value(ApplicationArguments arguments, String option, String usual) {
        @Nullable List<String> values = arguments.getOptionValues(option);
        return values == null || values.isEmpty() ? usual : values.get(0);
    }

    /** Says in one sentence what is wrong with the command line. */
    public static final class NotUnderstood extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotUnderstood(String sentence) {
            super(sentence);
        }
    }
}
