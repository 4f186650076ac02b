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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * What an order's life costs the database, in statements (a batch of equal ones is one), in round trips and in commits, one a message. The bounds are what was measured last and may
 * only fall. What was sent, step by step, is written to {@code target/statements.txt}.
 */
@OrderflowTest
class StatementTests {

    private static final Path REPORT = Path.of("target", "statements.txt");

    @Autowired
    World world;

    @Test
    void a_life_costs_no_more_statements_than_it_did() throws IOException {
        live(World.newOrderNo()); // what is read once and kept, such as the models, does not count
        String orderNo = World.newOrderNo();

        long start = System.nanoTime();
        List<Step> steps = live(orderNo);
        Duration time = Duration.ofNanos(System.nanoTime() - start);

        report(steps);
        assertThat(steps).allSatisfy(step -> {
            assertThat(step.statements()).as(step.name()).hasSizeLessThanOrEqualTo(step.bound());
            assertThat(step.trips()).as(step.name()).hasSizeLessThanOrEqualTo(step.tripsBound());
        });
        assertThat(steps).extracting(Step::commits).containsOnly(1);
        assertThat(steps.stream().mapToInt(Step::onceASecond).sum())
                .as("what is read once a second, for each of the three models")
                .isLessThanOrEqualTo(Statements.mostOnceASecond(time));
    }

    private List<Step> live(String orderNo) {
        String sku = world.stocked(5);
        String cancelled = world.paid();
        List<Step> steps = new ArrayList<>();
        steps.add(step(9, 2, placeOrder(orderNo, sku, 2)));
        steps.add(step(15, 2, paymentCaptured(orderNo, total(2))));
        steps.add(step(19, 2, shipOrder(orderNo)));
        steps.add(step(14, 2, confirmReceipt(orderNo)));
        steps.add(step(12, 4, submitReview(orderNo)));
        steps.add(step(23, 8, cancelOrder(cancelled)));
        return steps;
    }

    private Step step(int bound, int tripsBound, Command command) {
        List<String> trips = Statements.of(() -> world.apply(command));
        int all = trips.size();
        trips.removeIf(Statements::isOnceASecond);
        int withCommits = trips.size();
        trips.removeIf(Statements.COMMIT::equals);
        return new Step(command.type(), bound, tripsBound, trips, withCommits - trips.size(), all - withCommits);
    }

    private static void report(List<Step> steps) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Step step : steps) {
            lines.add("%s: %d statements, at most %d, in %d round trips, at most %d"
                    .formatted(
                            step.name(),
                            step.statements().size(),
                            step.bound(),
                            step.trips().size(),
                            step.tripsBound()));
            step.trips().forEach(sql -> lines.add("    " + sql.replace("; ", "\n     ; ")));
        }
        Files.write(REPORT, lines);
    }

    private record Step(String name, int bound, int tripsBound, List<String> trips, int commits, int onceASecond) {

        /** Equal statements in a row are one, as in a batch. */
        List<String> statements() {
            List<String> statements = new ArrayList<>();
            for (String trip : trips) {
                String last = "";
                for (String statement : trip.split("; ")) {
                    if (!statement.equals(last)) {
                        statements.add(statement);
                    }
                    last = statement;
                }
            }
            return statements;
        }
    }
}
