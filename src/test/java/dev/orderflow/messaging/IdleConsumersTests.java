package dev.orderflow.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.world.World;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.annotation.Autowired;

/** Consumers of commands cost nothing while there are none, and are there when one comes. */
@OrderflowTest
class IdleConsumersTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SELDOM = 40;

    @Autowired
    RabbitTemplate broker;

    @Autowired
    World world;

    @Test
    void who_has_nothing_to_do_looks_seldom_and_takes_what_comes() {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(looksInASecond().values()).isNotEmpty().allMatch(looks -> looks < SELDOM));

        String order = World.newOrderNo();
        broker.send(Topology.COMMANDS, "any.key", new Message(Sent.placeOrder(order, world.stocked(1))));
        await().atMost(PATIENCE).ignoreExceptions().until(() -> world.status(order) == OrderStatus.PENDING_PAYMENT);
    }

    /** How often each consumer went to wait. */
    private static Map<Long, Long> looksInASecond() throws InterruptedException {
        Map<Long, Long> before = waits();
        Thread.sleep(1_000);
        Map<Long, Long> after = waits();
        return before.keySet().stream()
                .filter(after::containsKey)
                .collect(Collectors.toMap(id -> id, id -> after.get(id) - before.get(id)));
    }

    private static Map<Long, Long> waits() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(Objects::nonNull)
                .filter(thread -> thread.getThreadName().startsWith("commandContainer-"))
                .collect(Collectors.toMap(ThreadInfo::getThreadId, ThreadInfo::getWaitedCount));
    }
}
