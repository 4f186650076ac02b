package dev.orderflow.embedded;

import java.util.ArrayList;
import java.util.List;

/**
 * A fresh database and a fresh broker that nobody shares, for a test that moves the clock or counts everything that happens. The
 * environment has no say in it.
 */
public final class OwnServices implements AutoCloseable {

    private final EmbeddedPostgresServer postgres = EmbeddedPostgresServer.forgetting();
    private final EmbeddedBroker broker = EmbeddedBroker.start(Ports.free());

    /** What tells an application on its command line where they are. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        EmbeddedServices.connections(postgres).forEach((name, value) -> arguments.add("--" + name + "=" + value));
        EmbeddedServices.connections(broker).forEach((name, value) -> arguments.add("--" + name + "=" + value));
        return arguments;
    }

    @Override
    public void close() {
        broker.close();
        postgres.close();
    }
}
