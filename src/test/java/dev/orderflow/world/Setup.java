package dev.orderflow.world;

import dev.orderflow.inventory.Inventory;
import dev.orderflow.messaging.Inbox;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.order.Orders;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Puts the world around the application of every test. Not annotated, so that the demo run, which scans the tests too, leaves it out. */
public class Setup {

    @Bean
    static Paths paths() {
        return new Paths();
    }

    @Bean
    static Statements statements() {
        return new Statements();
    }

    @Bean
    World world(
            Inbox inbox,
            MessageReader reader,
            Orders orders,
            Inventory inventory,
            RuntimeService runtime,
            TaskService tasks,
            ManagementService management,
            JdbcClient jdbc) {
        return new World(inbox, reader, orders, inventory, runtime, tasks, management, jdbc);
    }
}
