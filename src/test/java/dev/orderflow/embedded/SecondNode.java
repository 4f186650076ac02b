package dev.orderflow.embedded;

import dev.orderflow.Orderflow;
import dev.orderflow.world.Setup;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** One more node of the application in this JVM: an engine, a pool and a port of its own, on the database and the broker of all tests. */
public final class SecondNode {

    private SecondNode() {}

    /**
     * Starts it; whoever did closes it.
     *
     * @param properties what it is told differently, such as another {@code spring.datasource.url}
     */
    public static ConfigurableApplicationContext start(String name, Map<String, String> properties) {
        Map<String, Object> all = new HashMap<>(EmbeddedServices.forTests().properties());
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
