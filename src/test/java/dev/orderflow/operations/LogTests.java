package dev.orderflow.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.Inbox;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.logging.logback.StructuredLogEncoder;

/** Every line that is written for a message names its order and its id, and none is named after it. */
@OrderflowTest
class LogTests {

    private static final String[] TALKATIVE = {
        "dev.orderflow", "org.springframework.jdbc.core.JdbcTemplate", "org.camunda.bpm.engine.persistence"
    };

    @Autowired
    World world;

    @Autowired
    Inbox inbox;

    @Autowired
    MessageReader reader;

    @Autowired
    RuntimeService runtime;

    @Autowired
    RabbitTemplate broker;

    private final Lines lines = new Lines();

    @BeforeEach
    void listen() {
        lines.start();
        for (String name : TALKATIVE) {
            logger(name).setLevel(Level.DEBUG);
            logger(name).addAppender(lines);
            logger(name).setAdditive(false);
        }
    }

    @AfterEach
    void hangUp() {
        for (String name : TALKATIVE) {
            logger(name).setLevel(null);
            logger(name).detachAppender(lines);
            logger(name).setAdditive(true);
        }
    }

    @Test
    void a_message_from_the_queue_is_named_in_every_line() {
        String sku = world.stocked(5);
        Command order = Command.placeOrder(World.newOrderNo(), sku, 1);
        lines.taken.clear();

        broker.send("orders.commands", "any", new Message(order.bytes()));

        await().until(() -> lines.named(order.id()).stream()
                .anyMatch(line -> line.getFormattedMessage().contains("APPLIED")));
        assertThat(lines.named(order.id()))
                .hasSizeGreaterThan(10)
                .allSatisfy(line ->
                        assertThat(line.getMDCPropertyMap()).containsEntry(WatchedMessages.ORDER_NO, order.subject()));
        assertThat(lines.taken.stream()
                        .filter(line -> line.getFormattedMessage().contains("insert into orders")))
                .isNotEmpty()
                .allSatisfy(line ->
                        assertThat(line.getMDCPropertyMap()).containsEntry(WatchedMessages.MESSAGE_ID, order.id()));
    }

    @Test
    void a_command_over_http_is_named_and_the_thread_is_clean_afterwards() {
        Command order = Command.placeOrder(World.newOrderNo(), world.stocked(5), 1);
        lines.taken.clear();

        inbox.receive(reader.read(order.bytes()), "http:shop");

        assertThat(lines.ofThisThread())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.getMDCPropertyMap())
                        .containsEntry(WatchedMessages.ORDER_NO, order.subject())
                        .containsEntry(WatchedMessages.MESSAGE_ID, order.id()));
        assertThat(MDC.get(WatchedMessages.ORDER_NO)).isNull();
        assertThat(MDC.get(WatchedMessages.MESSAGE_ID)).isNull();
    }

    @Test
    void the_thread_is_clean_also_after_what_was_refused_or_broke_a_rule_and_where_we_made_the_number() {
        Command counted = Command.stockAdjusted(world.sku(world.placed()), 3, Instant.parse("2090-01-01T00:00:00Z"));
        assertThatThrownBy(() -> world.send(counted)).isInstanceOf(BrokenRule.class);
        world.send(Command.confirmReceipt(World.newOrderNo()));
        Answer answer = world.send(Command.placeOrder(null, world.stocked(5), 1));

        assertThat(answer.orderNo()).isNotNull();
        assertThat(
                        MDC.getCopyOfContextMap() == null
                                ? List.of()
                                : MDC.getCopyOfContextMap().keySet())
                .doesNotContain("orderNo", "messageId", "sku", "businessKey");
    }

    @Test
    void what_the_engines_own_api_and_timers_do_is_named_by_the_order_number() {
        String shipped = world.shipped();
        String overdue = world.placed();
        lines.taken.clear();

        runtime.createMessageCorrelation("ConfirmReceipt")
                .processInstanceBusinessKey(shipped)
                .setVariable("message", Command.confirmReceipt(shipped).dataJson())
                .correlate();
        world.fire(world.timer("order", overdue, "BoundaryEvent_PaymentOverdue"));

        for (String orderNo : List.of(shipped, overdue)) {
            assertThat(lines.ofThisThread())
                    .filteredOn(line -> orderNo.equals(line.getMDCPropertyMap().get("businessKey")))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anySatisfy(text -> assertThat(text).contains("status", "from orders"));
        }
        assertThat(MDC.get("businessKey")).isNull();
    }

    @Test
    void json_lines_have_both_as_fields() throws Exception {
        Command order = Command.placeOrder(World.newOrderNo(), world.stocked(5), 1);
        lines.taken.clear();
        world.apply(order);
        for (String format : List.of("ecs", "logstash")) {
            var encoder = new StructuredLogEncoder();
            encoder.setFormat(format);
            encoder.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
            encoder.start();

            JsonNode line = new JsonMapper()
                    .readTree(encoder.encode(lines.ofThisThread().get(0)));

            assertThat(line.get(WatchedMessages.ORDER_NO).asText()).isEqualTo(order.subject());
            assertThat(line.get(WatchedMessages.MESSAGE_ID).asText()).isEqualTo(order.id());
        }
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    private static final class Lines extends AppenderBase<ILoggingEvent> {

        private final Queue<ILoggingEvent> taken = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent line) {
            line.prepareForDeferredProcessing();
            taken.add(line);
        }

        List<ILoggingEvent> named(String messageId) {
            return taken.stream()
                    .filter(line -> messageId.equals(line.getMDCPropertyMap().get(WatchedMessages.MESSAGE_ID)))
                    .toList();
        }

        List<ILoggingEvent> ofThisThread() {
            String name = Thread.currentThread().getName();
            return taken.stream()
                    .filter(line -> line.getThreadName().equals(name))
                    .toList();
        }
    }
}
