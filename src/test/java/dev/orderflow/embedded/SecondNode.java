package dev.orderflow.embedded;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.orderflow.Orderflow;
import dev.orderflow.world.Setup;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * One more node of the application in this JVM: an engine, a pool and a port of its own, on the broker and, unless told otherwise, the
 * database of all tests.
 */
public final class SecondNode {

    private static final String NO_RIGHT = "42501";
    private static final Pattern DATABASE = Pattern.compile("(jdbc:postgresql://[^/]+/)([^?]*)(.*)");

    private SecondNode() {}

    /** The connection to an empty database of this name, beside the one of all tests, as properties for {@link #start}. */
    public static Map<String, String> emptyDatabase(String name) {
        Map<String, String> connection = connection();
        try (Connection beside = DriverManager.getConnection(
                        connection.get("spring.datasource.url"),
                        connection.get("spring.datasource.username"),
                        connection.get("spring.datasource.password"));
                Statement statement = beside.createStatement()) {
            statement.execute("drop database if exists " + name + " with (force)");
            statement.execute("create database " + name);
        } catch (SQLException e) {
            assumeThat(e.getSQLState())
                    .as("a database of its own: the tests' role may create none (%s)", e.getMessage())
                    .isNotEqualTo(NO_RIGHT);
            throw new IllegalStateException(e);
        }
        connection.put(
                "spring.datasource.url",
                DATABASE.matcher(connection.get("spring.datasource.url")).replaceFirst("$1" + name + "$3"));
        return connection;
    }

    private static Map<String, String> connection() {
        Map<String, String> properties =
                new HashMap<>(EmbeddedServices.forTests().properties());
        for (String part : List.of("url", "username", "password")) {
            String given = System.getenv("SPRING_DATASOURCE_" + part.toUpperCase(Locale.ROOT));
            if (given != null) {
                properties.put("spring.datasource." + part, given);
            }
        }
        return properties;
    }

    /**
     * Starts it; whoever did closes it.
     *
     * @param properties what it is told differently, such as another {@code spring.datasource.url}
     */
    public static ConfigurableApplicationContext start(String name, Map<String, String> properties) {
        Map<String, Object> all = new HashMap<>(connection());
        all.put("server.port", "0");
        // Closing an engine takes its name out of a register that the others ask.
        all.put("camunda.bpm.process-engine-name", name);
        all.put("spring.datasource.hikari.pool-name", name);
        // The web applications of one JVM share static state, which whoever closes first takes away.
        all.put("camunda.bpm.webapp.enabled", "false");
        all.putAll(properties);
        return new SpringApplicationBuilder(Orderflow.class, Setup.class)
                .profiles("test")
                .registerShutdownHook(false)
                .run(all.entrySet().stream()
                        .map(property -> "--" + property.getKey() + "=" + property.getValue())
                        .toArray(String[]::new));
    }
}
