package dev.orderflow.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.orderflow.Orderflow;
import dev.orderflow.embedded.OwnServices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A slice of the real orders, every kind of oddity among them; the report on standard output says what is wrong. */
class ReplayTests {

    private static final Path DATA = Path.of("..", "shared", "data", "olist");

    @ParameterizedTest
    @ValueSource(strings = {"data", "default"})
    void every_message_order_event_cent_and_piece_is_accounted_for(String timers) {
        assumeThat(DATA)
                .as("the data of real orders is not part of the project; without it there is nothing to replay")
                .isDirectory();
        List<String> arguments =
                new ArrayList<>(List.of("--replay=" + DATA, "--replay-timers=" + timers, "--replay-limit=80"));
        List<String> profiles = ReplayOptions.of(new DefaultApplicationArguments(arguments.toArray(String[]::new)))
                .profiles();
        try (OwnServices services = new OwnServices()) {
            arguments.addAll(services.arguments());
            ConfigurableApplicationContext application = SpringApplication.from(Orderflow::main)
                    .with(Replay.class)
                    .withAdditionalProfiles(profiles.toArray(String[]::new))
                    .run(arguments.toArray(String[]::new))
                    .getApplicationContext();

            assertThat(SpringApplication.exit(application)).isZero();
        }
    }
}
