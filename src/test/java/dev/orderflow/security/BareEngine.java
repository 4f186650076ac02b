package dev.orderflow.security;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The engine as its starters bring it, with REST API and web applications and not one setting of ours, for showing that an attack
 * is one. It runs in a process of its own, because the engine's web applications know one engine in a JVM; on loopback, in a schema
 * of its own; and it ends with who started it.
 */
final class BareEngine implements AutoCloseable {

    private static final String SCHEMA = "bare";
    private static final Path LOG = Path.of("target", "bare-engine.log");
    private static final String READY = "the bare engine listens on ";

    private final Process process;
    private final JdbcClient jdbc;
    private final int port;

    private BareEngine(Process process, JdbcClient jdbc) {
        this.process = process;
        this.jdbc = jdbc;
        this.port = awaitPort(process);
    }

    /** Starts it beside our tables. */
    static BareEngine start(JdbcClient jdbc, String url, String user, String password) throws IOException {
        jdbc.sql("drop schema if exists " + SCHEMA + " cascade").update();
        jdbc.sql("create schema " + SCHEMA).update();
        var command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                // Its own main, as a second one of ours would be one too many for spring-boot:test-run.
                SpringApplication.class.getName(),
                "--spring.main.sources=" + AsItComes.class.getName(),
                "--spring.main.banner-mode=off",
                "--spring.config.name=bare-engine", // our own settings lie on this class path
                "--server.address=127.0.0.1",
                "--server.port=0",
                // Not a defence: it only makes room beside our tables.
                "--camunda.bpm.database.schema-name=" + SCHEMA,
                "--camunda.bpm.database.table-prefix=" + SCHEMA + ".",
                "--camunda.bpm.auto-deployment-enabled=false", // nor our models
                "--camunda.bpm.job-execution.enabled=false",
                "--springdoc.api-docs.enabled=false",
                "--logging.level.root=error",
                "--logging.threshold.console=off", // that is where its port is told
                "--logging.file.name=" + LOG);
        command.environment().keySet().removeIf(name -> name.startsWith("SPRING_") || name.startsWith("SERVER_"));
        command.environment()
                .putAll(Map.of(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "SPRING_DATASOURCE_URL",
                        url + (url.contains("?") ? "&" : "?") + "currentSchema=" + SCHEMA,
                        "SPRING_DATASOURCE_USERNAME",
                        user,
                        "SPRING_DATASOURCE_PASSWORD",
                        password));
        return new BareEngine(command.redirectError(Redirect.DISCARD).start(), jdbc);
    }

    int port() {
        return port;
    }

    /** Rows past its doors, where making so many through them would take a minute. */
    void makeTasks(int count) {
        jdbc.sql("insert into " + SCHEMA + """
                        .act_ru_task (id_, rev_, name_, priority_, create_time_, suspension_state_)
                        select 'many-' || n, 1, 'One of many', 50, now(), 1 from generate_series(1, :count) n
                        """).param("count", count).update();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        jdbc.sql("drop schema " + SCHEMA + " cascade").update();
    }

    private static int awaitPort(Process process) {
        try {
            var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(READY)) {
                    return Integer.parseInt(line.substring(READY.length()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("the bare engine did not start; " + LOG + " says why");
    }

    /** Everything the class path brings, but for what is not the engine's. */
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration",
                "org.springframework.boot.autoconfigure.security.servlet.SecurityFilterAutoConfiguration",
                "org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration",
                "org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration",
                "org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration",
                "org.springframework.boot.autoconfigure.amqp.RabbitAutoConfiguration"
            })
    static class AsItComes {

        @Bean
        ApplicationListener<ApplicationReadyEvent> tellsItsPortAndEndsWithItsParent(
                ServletWebServerApplicationContext context) {
            return ready -> {
                System.out.println(READY + context.getWebServer().getPort());
                var watch = new Thread(() -> {
                    awaitEnd(System.in);
                    System.exit(SpringApplication.exit(context));
                });
                watch.setDaemon(true);
                watch.start();
            };
        }

        private static void awaitEnd(InputStream input) {
            try {
                while (input.read() >= 0) {
                    // Whoever started it is still there.
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
