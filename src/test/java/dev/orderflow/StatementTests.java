package dev.orderflow;

import static dev.orderflow.world.Command.cancelOrder;
import static dev.orderflow.world.Command.confirmReceipt;
import static dev.orderflow.world.Command.paymentCaptured;
import static dev.orderflow.world.Command.placeOrder;
import static dev.orderflow.world.Command.shipOrder;
import static dev.orderflow.world.Command.submitReview;
import static dev.orderflow.world.Command.total;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.world.Command;
import dev.orderflow.world.Statements;
import dev.orderflow.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * What an order's life costs the database, in statements sent, a batch as one, and in commits: one a message. The bounds are what was measured last and may
 * only fall. What was sent, step by step, is written to {@code target/statements.txt}.
 */
@OrderflowTest
class StatementTests {

    private static final Path REPORT = Path.of("target", "statements.txt");

    /** What a deployment alone changes is read again every second, by whoever asks first. */
    private static final List<String> ONCE_A_SECOND = List.of(
            "select * from ACT_RE_PROCDEF where ID_ = ?",
            "select * from ACT_RU_JOBDEF where ID_ = ?",
            "select * from ACT_RU_EVENT_SUBSCR RES where (EVENT_TYPE_ = 'message') and (EVENT_NAME_ = ?) and EXECUTION_ID_ is null");

    @Autowired
    World world;

    @Test
    void a_life_costs_no_more_statements_than_it_did() throws IOException {
        live(World.newOrderNo()); // what is read once and kept, such as the models, does not count
        String orderNo = World.newOrderNo();

        List<Step> steps = live(orderNo);

        report(steps);
        assertThat(steps)
                .allSatisfy(
                        step -> assertThat(step.sent().size()).as(step.name()).isLessThanOrEqualTo(step.bound()));
        assertThat(steps).extracting(Step::commits).containsOnly(1);
    }

    private List<Step> live(String orderNo) {
        String sku = world.stocked(5);
        String cancelled = world.paid();
        List<Step> steps = new ArrayList<>();
        steps.add(step(9, placeOrder(orderNo, sku, 2)));
        steps.add(step(16, paymentCaptured(orderNo, total(2))));
        steps.add(step(20, shipOrder(orderNo)));
        steps.add(step(15, confirmReceipt(orderNo)));
        steps.add(step(12, submitReview(orderNo)));
        steps.add(step(23, cancelOrder(cancelled)));
        return steps;
    }

    private Step step(int bound, Command command) {
        List<String> sent = Statements.of(() -> world.apply(command));
        sent.removeIf(sql -> ONCE_A_SECOND.stream().anyMatch(sql::startsWith));
        int all = sent.size();
        sent.removeIf(Statements.COMMIT::equals);
        return new Step(command.type(), bound, sent, all - sent.size());
    }

    private static void report(List<Step> steps) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Step step : steps) {
            lines.add(step.name() + ": " + step.sent().size() + " statements, at most " + step.bound());
            step.sent().forEach(sql -> lines.add("    " + sql));
        }
        Files.write(REPORT, lines);
    }

    private record Step(String name, int bound, List<String> sent, int commits) {}
}
