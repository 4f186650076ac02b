package dev.orderflow.embedded;

import java.net.URL;
import java.util.Map;
import java.util.Objects;
import org.apache.qpid.server.SystemLauncher;

/** A real AMQP 0-9-1 broker in this JVM, on loopback, with its queues in memory and the account guest/guest. */
public final class EmbeddedBroker implements AutoCloseable {

    private final SystemLauncher launcher = new SystemLauncher();
    private final int port;

    private EmbeddedBroker(int port) {
        this.port = port;
    }

    static EmbeddedBroker start(int port) {
        // The application declares quorum queues for RabbitMQ; this broker may shrug at arguments that it does not
        // know.
        System.setProperty("queue.behaviourOnUnknownDeclareArgument", "LOG");
        System.setProperty("orderflow.broker.port", String.valueOf(port));
        URL configuration = Objects.requireNonNull(EmbeddedBroker.class.getResource("/embedded-broker.json"));
        EmbeddedBroker broker = new EmbeddedBroker(port);
        try {
            broker.launcher.startup(Map.of(
                    "type", "Memory",
                    "initialConfigurationLocation", configuration.toExternalForm(),
                    "startupLoggedToSystemOut", "false"));
        } catch (Exception e) {
            throw new IllegalStateException("The embedded broker did not start on port " + port, e);
        }
        return broker;
    }

    /** Runs until the process is ended. */
    public static void main(String[] args) {
        start(Integer.parseInt(args[0]));
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        launcher.shutdown();
    }
}
