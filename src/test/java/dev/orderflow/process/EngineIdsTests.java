package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.world.World;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Ids of the engine's rows are short, never the same twice, and each comes after those before it. */
@OrderflowTest
class EngineIdsTests {

    @Autowired
    World world;

    @Autowired
    RuntimeService runtime;

    @Autowired
    EngineIds ids;

    @Autowired
    JdbcClient jdbc;

    @Test
    void what_the_engine_writes_has_them() {
        String order = world.placed();
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKey(order)
                        .singleResult()
                        .getId())
                .matches("[0-9a-z]+-[0-9a-z]{8}")
                .isLessThan(ids.getNextId());
    }

    @Test
    void none_is_given_twice_whoever_asks() {
        EngineIds anotherNode = new EngineIds(jdbc);
        List<String> given = IntStream.range(0, 20_000)
                .parallel()
                .boxed()
                .flatMap(i -> Stream.of(ids.getNextId(), anotherNode.getNextId()))
                .toList();
        assertThat(given).doesNotHaveDuplicates();
    }

    @Test
    void one_comes_after_the_other_as_text_too() {
        List<String> given = Stream.generate(ids::getNextId).limit(2_000).toList();
        assertThat(given).isSorted();
    }
}
