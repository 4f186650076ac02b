package dev.orderflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.embedded.SecondNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A new release may come at any time: its migrations stop nobody who is at work. */
@OrderflowTest
class MigrationsTests {

    private static final String BEFORE_ORDERS_AND_STOCK_ARE_LOCKED = "29";

    @Autowired
    Flyway flyway;

    @Autowired
    DataSource pool;

    @Test
    void while_a_backup_holds_a_table_migrations_wait_and_orders_go_on() throws Exception {
        Map<String, String> database = SecondNode.emptyDatabase("orderflow_migrations");
        flyway(database).target(BEFORE_ORDERS_AND_STOCK_ARE_LOCKED).load().migrate();
        Flyway newest = flyway(database).load();

        CompletableFuture<Void> migration;
        try (Connection backup = connect(database);
                Connection node = connect(database);
                Statement read = node.createStatement()) {
            backup.setAutoCommit(false);
            backup.createStatement().execute("lock table stock in access share mode");
            migration = CompletableFuture.runAsync(() -> new Migrations(pool).migrate(newest));
            await().until(() -> waitsFor(read, "stock"));

            read.execute("set statement_timeout = '3s'");
            read.execute("select count(*) from orders"); // is behind the migration

            assertThat(migration).isNotDone();
            backup.rollback();
        }
        await().atMost(Duration.ofSeconds(30)).until(migration::isDone);
        migration.join();
        assertThat(newest.info().pending()).isEmpty();
    }

    private FluentConfiguration flyway(Map<String, String> database) {
        return Flyway.configure()
                .configuration(flyway.getConfiguration())
                .dataSource(new DriverManagerDataSource(
                        url(database),
                        database.get("spring.datasource.username"),
                        database.get("spring.datasource.password")));
    }

    private static Connection connect(Map<String, String> database) throws SQLException {
        return DriverManager.getConnection(
                url(database), database.get("spring.datasource.username"), database.get("spring.datasource.password"));
    }

    private static String url(Map<String, String> database) {
        return String.valueOf(database.get("spring.datasource.url"));
    }

    private static boolean waitsFor(Statement statement, String table) throws SQLException {
        try (var waiting = statement.executeQuery(
                "select from pg_locks where not granted and relation = '" + table + "'::regclass")) {
            return waiting.next();
        }
    }
}
