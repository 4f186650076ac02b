package dev.orderflow.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.Inbox;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.messaging.MessageWatch;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.world.Command;
import dev.orderflow.world.Statements;
import dev.orderflow.world.World;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where nobody collects traces there is nothing that makes any. */
@OrderflowTest
class NoTraceTests {

    @Autowired
    ApplicationContext context;

    private static final int MANY = 20_000;

    @Autowired
    MessageWatch watch;

    @Autowired
    World world;

    @Autowired
    Inbox inbox;

    @Autowired
    MessageReader reader;

    @Autowired
    JdbcClient jdbc;

    @Test
    void nothing_of_open_telemetry_is_started() {
        assertThat(context.getBeanNamesForType(OpenTelemetry.class)).isEmpty();
        assertThat(context.getBeanNamesForType(Propagator.class)).isEmpty();
    }

    @Test
    void the_senders_trace_is_passed_on_as_it_came() {
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assertThat(traceparentOfAnOrderSentWith(traceparent)).isEqualTo(traceparent);
    }

    @Test
    void what_is_no_trace_is_left_out_and_the_order_is_taken_in() {
        assertThat(traceparentOfAnOrderSentWith("yesterday")).isNull();
    }

    @Test
    void looking_on_costs_microseconds_and_no_statement() {
        var message =
                reader.read(Command.placeOrder(World.newOrderNo(), "sku", 1).bytes());
        Answer answer = Answer.applied(message.subject(), OrderStatus.PENDING_PAYMENT);
        Runnable many = () -> {
            for (int i = 0; i < MANY; i++) {
                watch.over(message, MessageWatch.Door.QUEUE, () -> answer);
            }
        };
        many.run();
        long start = System.nanoTime();

        List<String> sent = Statements.of(many);

        assertThat(sent).isEmpty();
        // Measured: three. The bound leaves room for a busy machine.
        assertThat((System.nanoTime() - start) / 1e3 / MANY).as("microseconds").isLessThan(50);
    }

    private String traceparentOfAnOrderSentWith(String traceparent) {
        Command order = Command.placeOrder(World.newOrderNo(), world.stocked(5), 1);
        String body =
                order.json().replace("\"specversion\"", "\"traceparent\":\"" + traceparent + "\",\"specversion\"");
        inbox.receive(reader.read(body.getBytes(StandardCharsets.UTF_8)), "queue:/shop/web");
        return jdbc.sql("select distinct traceparent from order_event where subject = ?")
                .param(order.subject())
                .query((row, i) -> Optional.ofNullable(row.getString(1)))
                .single()
                .orElse(null);
    }
}
