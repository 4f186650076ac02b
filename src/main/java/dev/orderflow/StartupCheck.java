package dev.orderflow;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Asks, before anything starts, whether the environment names a database that answers and a broker, and says in one sentence
 * what is missing. The broker itself may be down: orders go on without it, and events wait.
 */
final class StartupCheck implements ApplicationListener<ApplicationPreparedEvent> {

    @Override
    public void onApplicationEvent(ApplicationPreparedEvent event) {
        ConfigurableEnvironment environment = event.getApplicationContext().getEnvironment();
        String url = environment.getProperty("spring.datasource.url");
        if (url == null || url.isBlank()) {
            throw new CannotStart("SPRING_DATASOURCE_URL is not set;"
                    + " it names the PostgreSQL database, such as jdbc:postgresql://db:5432/orderflow");
        }
        if (isBlank(environment.getProperty("spring.rabbitmq.host"))
                && isBlank(environment.getProperty("spring.rabbitmq.addresses"))) {
            throw new CannotStart("SPRING_RABBITMQ_HOST is not set; it names the host of the RabbitMQ broker");
        }
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new CannotStart("SPRING_DATASOURCE_URL does not start with jdbc:postgresql:");
        }
        connect(Binder.get(environment)
                .bind("spring.datasource", DataSourceProperties.class)
                .get());
    }

    private static void connect(DataSourceProperties database) {
        try {
            database.initializeDataSourceBuilder()
                    .type(SimpleDriverDataSource.class)
                    .build()
                    .getConnection()
                    .close();
        } catch (SQLException e) {
            throw new CannotStart("the database " + withoutParameters(database.determineUrl())
                    + " gives no connection: " + oneLine(e.getMessage()));
        }
    }

    /** A parameter may be a password. */
    private static String withoutParameters(String url) {
        return url.replaceFirst("\\?.*", "");
    }

    private static boolean isBlank(@Nullable String value) {
        return value == null || value.isBlank();
    }

    private static String oneLine(@Nullable String text) {
        return text == null ? "no reason given" : text.replaceAll("\\s*\\R\\s*", " ");
    }

    /** The environment lacks something that nothing works without. */
    static final class CannotStart extends RuntimeException {

        private static final long serialVersionUID = 1L;

        CannotStart(String reason) {
            super("Orderflow cannot start: " + reason);
        }
    }

    /** Prints that sentence where Spring Boot would print a stack trace. */
    static final class Reporter implements SpringBootExceptionReporter {

        Reporter(@Nullable ConfigurableApplicationContext context) {}

        @Override
        public boolean reportException(Throwable failure) {
            if (failure instanceof CannotStart) {
                System.err.println(failure.getMessage());
                return true;
            }
            return false;
        }
    }
}
