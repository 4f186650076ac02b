package dev.orderflow.embedded;

import dev.orderflow.Orderflow;
import dev.orderflow.bench.Bench;
import dev.orderflow.bench.BenchOptions;
import dev.orderflow.crash.Crash;
import dev.orderflow.crash.CrashOptions;
import dev.orderflow.replay.Replay;
import dev.orderflow.replay.ReplayOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * Runs the application with a database and a broker of its own, on loopback, with demo stock and demo accounts:
 * {@code ./mvnw spring-boot:test-run}.
 */
public final class TestOrderflow {

    private static final String HELP = """

            Runs Orderflow with a PostgreSQL and an AMQP broker of its own, on loopback, for demo and development.

              ./mvnw spring-boot:test-run
              ./mvnw spring-boot:test-run -Dspring-boot.run.arguments="OPTIONS"

            Options, separated by spaces:
              --help        print this and stop
              --data=DIR    keep the database in DIR (default: target/embedded)
              --fresh       forget what earlier runs left there
              --NAME=VALUE  set any property of the application, such as --orderflow.timers.payment=PT1M

            %s
            %s
            %s
            Environment:
              SERVER_PORT            the port of the web interface (default: 8080, a free one if that is taken)
              SPRING_RABBITMQ_PORT   the port of the embedded broker (default: 5672, a free one if that is taken)
              SPRING_DATASOURCE_URL  use this PostgreSQL instead of the embedded one
              SPRING_RABBITMQ_HOST   use this RabbitMQ instead of the embedded broker
            """.formatted(ReplayOptions.HELP, BenchOptions.HELP, CrashOptions.HELP);

    private TestOrderflow() {}

    public static void main(String[] args) {
        ApplicationArguments options = new DefaultApplicationArguments(args);
        if (options.containsOption("help")) {
            System.out.println(HELP);
            return;
        }
        try {
            run(options);
        } catch (ReplayOptions.NotUnderstood | CrashOptions.NotUnderstood e) {
            System.err.println(e.getMessage());
            System.exit(2);
        } catch (RunningInstance.AlreadyRunning e) {
            System.err.println(e.getMessage() + " Stop it first, or give this one a directory with --data=DIR.");
            System.exit(1);
        } catch (IOException | TimeoutException | InterruptedException | RuntimeException e) {
            e.printStackTrace();
            // Threads of the broker would keep the process alive.
            System.exit(1);
        }
    }

    private static void run(ApplicationArguments options) throws IOException, TimeoutException, InterruptedException {
        // Silent until the application has set up logging, as the services below start before it.
        LoggingSystem.get(TestOrderflow.class.getClassLoader()).beforeInitialize();
        if (CrashOptions.wanted(options)) {
            System.exit(Crash.run(CrashOptions.of(options), System.out) ? 0 : 1);
        }

        Optional<ReplayOptions> replay =
                ReplayOptions.wanted(options) ? Optional.of(ReplayOptions.of(options)) : Optional.empty();
        boolean bench = BenchOptions.wanted(options);
        Path directory = directory(options, replay.isPresent() ? "replay" : bench ? "bench-data" : "embedded");
        RunningInstance instance = RunningInstance.claim(directory);
        Path database = directory.resolve("postgres");
        if (options.containsOption("fresh") || replay.isPresent() || bench) {
            EmbeddedPostgresServer.stopOrphan(database);
            FileSystemUtils.deleteRecursively(database);
        }
        int brokerPort = port("SPRING_RABBITMQ_PORT", 5672);
        EmbeddedServices services = BenchOptions.database(options)
                .map(url -> EmbeddedServices.beside(url, brokerPort))
                .orElseGet(() -> EmbeddedServices.keeping(database, brokerPort));
        SpringApplication.getShutdownHandlers().add(() -> {
            services.close();
            instance.close();
        });

        List<String> arguments = new ArrayList<>(List.of(options.getSourceArgs()));
        services.properties().forEach((name, value) -> arguments.add("--" + name + "=" + value));
        if (replay.isPresent()) {
            ConfigurableApplicationContext context =
                    start(arguments, replay.get().profiles(), Replay.class);
            System.exit(SpringApplication.exit(context));
        }
        if (bench) {
            System.exit(SpringApplication.exit(start(arguments, List.of("embedded", "bench"), Bench.class)));
        }
        if (!options.containsOption("server.port")) {
            arguments.add("--server.port=" + port("SERVER_PORT", 8080));
        }
        ConfigurableApplicationContext context = start(arguments, List.of("embedded"), DemoData.class, Welcome.class);
        instance.describe(context.getBean(Welcome.class).address());
    }

    private static ConfigurableApplicationContext start(
            List<String> arguments, List<String> profiles, Class<?>... additions) {
        try {
            return SpringApplication.from(Orderflow::main)
                    .with(additions)
                    .withAdditionalProfiles(profiles.toArray(String[]::new))
                    .run(arguments.toArray(String[]::new))
                    .getApplicationContext();
        } catch (RuntimeException reported) {
            System.exit(1);
            throw reported;
        }
    }

    private static Path directory(ApplicationArguments options, String usual) {
        List<String> given = options.getOptionValues("data");
        return given == null || given.isEmpty() ? Path.of("target", usual) : Path.of(given.get(0));
    }

    private static int port(String variable, int usual) {
        String chosen = System.getenv(variable);
        return chosen == null || chosen.isBlank() ? Ports.usualOrFree(usual) : Integer.parseInt(chosen.strip());
    }
}
