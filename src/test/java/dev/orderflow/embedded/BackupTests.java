package dev.orderflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.orderflow.order.OrderStatus;
import dev.orderflow.web.Invariants;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The README's way to back up and restore, with PostgreSQL's own tools: while orders go on, into another database. */
class BackupTests {

    private static final int LONGEST_SECONDS = 120;

    @Test
    void a_dump_of_the_running_application_goes_on_elsewhere(@TempDir Path folder) throws Exception {
        Map<String, String> source = SecondNode.emptyDatabase("orderflow_source");
        assumeToolsAreAsNewAsTheServer(source);
        Path dump = folder.resolve("orderflow.dump");
        Map<String, String> deaf = new HashMap<>(source);
        deaf.put("spring.rabbitmq.port", "1"); // no broker: every event waits
        deaf.put("orderflow.timers.payment", "PT1S"); // and no timer fires here

        String unpaid;
        String paid;
        String cancelled;
        try (ConfigurableApplicationContext original = SecondNode.start("original", deaf)) {
            World world = original.getBean(World.class);
            unpaid = world.placed();
            paid = world.paid();
            cancelled = world.paid();
            world.apply(Command.cancelOrder(cancelled));

            assertThat(unpublished(original)).isPositive();
            AtomicBoolean dumped = new AtomicBoolean();
            CompletableFuture<Void> traffic = CompletableFuture.runAsync(() -> {
                while (!dumped.get()) {
                    world.apply(Command.shipOrder(world.paid()));
                }
            });
            try {
                run(source, "pg_dump", "--format=custom", "--no-owner", "--file=" + dump, uri(source));
            } finally {
                dumped.set(true);
                traffic.get(LONGEST_SECONDS, TimeUnit.SECONDS);
            }
        }

        Map<String, String> target = SecondNode.emptyDatabase("orderflow_restored");
        run(
                target,
                "pg_restore",
                "--no-owner",
                "--exit-on-error",
                "--single-transaction",
                "--dbname=" + uri(target),
                dump.toString());

        Map<String, String> restored = new HashMap<>(target);
        restored.put("camunda.bpm.job-execution.enabled", "true");
        try (ConfigurableApplicationContext node = SecondNode.start("restored", restored)) {
            World world = node.getBean(World.class);
            assertThat(node.getBean(Invariants.class).check().broken()).isEmpty();
            await("what had not gone out goes out")
                    .atMost(LONGEST_SECONDS, TimeUnit.SECONDS)
                    .until(() -> unpublished(node) == 0);
            await("timers go on")
                    .atMost(LONGEST_SECONDS, TimeUnit.SECONDS)
                    .until(() -> world.status(unpaid) == OrderStatus.CANCELLED);
            world.apply(Command.shipOrder(paid));
            world.apply(Command.refundSettled(
                    cancelled, world.refunds(cancelled).get(0).refundId()));
            assertThat(node.getBean(Invariants.class).check().broken()).isEmpty();
        }
    }

    private static void assumeToolsAreAsNewAsTheServer(Map<String, String> database) throws Exception {
        int server;
        try (Connection connection = DriverManager.getConnection(
                database.get("spring.datasource.url"),
                database.get("spring.datasource.username"),
                database.get("spring.datasource.password"))) {
            server = connection.getMetaData().getDatabaseMajorVersion();
        }
        assumeThat(majorOf("pg_dump"))
                .as(
                        "pg_dump on the path is missing, or older than the server, which is a %s: it could not read it",
                        server)
                .isGreaterThanOrEqualTo(server);
    }

    /** The major version of a tool on the path; 0 if there is none. */
    private static int majorOf(String tool) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(tool, "--version").start();
            String version = new String(process.getInputStream().readAllBytes()).strip();
            process.waitFor();
            return Integer.parseInt(version.replaceFirst("^\\D*(\\d+).*", "$1"));
        } catch (IOException notThere) {
            return 0;
        }
    }

    private static void run(Map<String, String> database, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", database.get("spring.datasource.password"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as("%s: %s", List.of(command), said).isZero();
    }

    private static String uri(Map<String, String> database) {
        return database.get("spring.datasource.url")
                .replaceFirst("^jdbc:postgresql://", "postgresql://" + database.get("spring.datasource.username") + "@")
                .replaceFirst("\\?.*", "");
    }

    private static long unpublished(ConfigurableApplicationContext node) {
        return node.getBean(JdbcClient.class)
                .sql("select count(*) from outbox")
                .query(Long.class)
                .single();
    }
}
