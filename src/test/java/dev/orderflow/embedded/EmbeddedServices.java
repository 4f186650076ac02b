package dev.orderflow.embedded;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;

/**
 * The database and the broker of one JVM: those that {@code SPRING_DATASOURCE_URL} and {@code SPRING_RABBITMQ_HOST} name, and
 * embedded ones for what they leave out.
 */
final class EmbeddedServices implements AutoCloseable {

    private static @Nullable EmbeddedServices shared;

    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Deque<Runnable> stops = new ArrayDeque<>();

    private EmbeddedServices(Supplier<@Nullable EmbeddedPostgresServer> postgres, Supplier<EmbeddedBroker> broker) {
        CompletableFuture<EmbeddedBroker> starting =
                given("SPRING_RABBITMQ_HOST") ? null : CompletableFuture.supplyAsync(broker);
        EmbeddedPostgresServer database = given("SPRING_DATASOURCE_URL") ? null : postgres.get();
        if (database != null) {
            use(database);
        }
        if (starting != null) {
            use(starting.join());
        }
    }

    /** Fresh ones, the same for every test of this JVM. */
    static synchronized EmbeddedServices forTests() {
        if (shared == null) {
            shared = new EmbeddedServices(EmbeddedPostgresServer::forgetting, () -> EmbeddedBroker.start(Ports.free()));
            // Runs after Spring has closed its contexts, so that nobody loses a connection in use.
            SpringApplication.getShutdownHandlers().add(shared::close);
        }
        return shared;
    }

    /** On the usual ports where these are free, with the database kept in the given directory. */
    static EmbeddedServices keeping(Path data, int brokerPort) {
        return new EmbeddedServices(() -> EmbeddedPostgresServer.keeping(data), () -> EmbeddedBroker.start(brokerPort));
    }

    /** A broker, beside a PostgreSQL that is there already. */
    static EmbeddedServices beside(String databaseUrl, int brokerPort) {
        EmbeddedServices services = new EmbeddedServices(() -> null, () -> EmbeddedBroker.start(brokerPort));
        services.properties.put("spring.datasource.url", databaseUrl);
        return services;
    }

    private static boolean given(String variable) {
        String value = System.getenv(variable);
        return value != null && !value.isBlank();
    }

    private void use(EmbeddedPostgresServer postgres) {
        stops.push(postgres::close);
        properties.putAll(connections(postgres));
    }

    static Map<String, String> connections(EmbeddedPostgresServer postgres) {
        return Map.of(
                "spring.datasource.url", postgres.jdbcUrl(),
                "spring.datasource.username", "orderflow",
                "spring.datasource.password", "orderflow");
    }

    private void use(EmbeddedBroker broker) {
        stops.push(broker::close);
        properties.putAll(connections(broker));
    }

    static Map<String, String> connections(EmbeddedBroker broker) {
        return Map.of(
                "spring.rabbitmq.host", "127.0.0.1",
                "spring.rabbitmq.port", String.valueOf(broker.port()),
                "spring.rabbitmq.username", "guest",
                "spring.rabbitmq.password", "guest");
    }

    /** What the application must be told to reach the embedded ones; nothing about those that the environment names. */
    Map<String, String> properties() {
        return properties;
    }

    @Override
    public void close() {
        while (!stops.isEmpty()) {
            stops.pop().run();
        }
    }
}
