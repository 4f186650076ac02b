package dev.orderflow.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.orderflow.embedded.TestOrderflow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A slice of the real orders, every kind of oddity among them, by the command a person would type; its report in {@code target}
 * says what is wrong. It runs in a process of its own: the engine's web applications know one engine in a JVM, and the engine's
 * clock is one for all.
 */
class ReplayTests {

    private static final Path DATA = Path.of("..", "shared", "data", "olist");
    private static final String EVERYTHING = "every message, order, event, cent and piece is accounted for";
    private static final int LONGEST_MINUTES = 4;

    @TempDir
    private Path database;

    @ParameterizedTest
    @ValueSource(strings = {"data", "default"})
    void every_message_order_event_cent_and_piece_is_accounted_for(String timers) throws Exception {
        assumeThat(DATA)
                .as("the data of real orders is not part of the project; without it there is nothing to replay")
                .isDirectory();

        Path report = Path.of("target", "replay-" + timers + ".txt");
        int exit = replay(
                report, "--replay=" + DATA, "--replay-timers=" + timers, "--replay-limit=60", "--data=" + database);

        assertThat(report).content().contains("REPLAY ok: " + EVERYTHING);
        assertThat(exit).isZero();
    }

    private static int replay(Path report, String... options) throws IOException, InterruptedException {
        String classpath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                TestOrderflow.class.getName());
        command.command().addAll(List.of(options));
        // A replay empties its database first: never the one this build may have been given.
        command.environment().keySet().removeIf(name -> name.startsWith("SPRING_"));
        command.environment().put("CLASSPATH", classpath);
        Process process = command.redirectErrorStream(true)
                .redirectOutput(report.toFile())
                .start();
        try {
            assertThat(process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES))
                    .as("the replay ends by itself")
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroy();
        }
    }
}
