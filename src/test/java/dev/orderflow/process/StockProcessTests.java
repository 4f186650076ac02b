package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.world.Command;
import dev.orderflow.world.CoversModel;
import dev.orderflow.world.Paths;
import dev.orderflow.world.World;
import java.time.Instant;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A count that comes through the engine's API is taken in like one from the queue, and leaves nothing behind. */
@OrderflowTest
@CoversModel("stock")
class StockProcessTests {

    @Autowired
    World world;

    @Autowired
    Paths paths;

    @Autowired
    RuntimeService runtime;

    @Test
    void a_count_sets_the_stock() {
        String sku = world.stocked(1);

        runtime.createMessageCorrelation("StockAdjusted")
                .processInstanceBusinessKey(sku)
                .setVariable(
                        "message", Command.stockAdjusted(sku, 5, Instant.now()).dataJson())
                .correlateStartMessage();

        assertThat(world.stock(sku).onHand()).isEqualTo(5);
        assertThat(paths.latest("stock", sku))
                .containsExactly(
                        "StartEvent_StockCounted",
                        "Flow_StockCounted_To_AdjustStock",
                        "Task_AdjustStock",
                        "Flow_AdjustStock_To_StockAdjusted",
                        "EndEvent_StockAdjusted");
        assertThat(world.isRunning("stock", sku)).isFalse();
    }
}
