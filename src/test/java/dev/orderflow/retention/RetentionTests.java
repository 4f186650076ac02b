package dev.orderflow.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.web.Invariants;
import dev.orderflow.world.Command;
import dev.orderflow.world.Statements;
import dev.orderflow.world.World;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is old goes, what is needed stays, and nobody has to wait for it. */
@OrderflowTest
class RetentionTests {

    @Autowired
    World world;

    @Autowired
    Retention retention;

    @Autowired
    OldRows rows;

    @Autowired
    Erasure erasure;

    @Autowired
    Invariants invariants;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    Clock clock;

    @Autowired
    PlatformTransactionManager transactions;

    @Test
    void of_an_old_orders_timeline_its_end_stays_and_the_next_event_goes_on_counting() throws Exception {
        String orderNo = completed();
        int last = world.timeline(orderNo).size();
        published(orderNo);
        makeOld(orderNo, Period.ofDays(181));

        retention.run();

        assertThat(world.timeline(orderNo)).containsExactly("OrderCompleted");
        assertThat(sequences(orderNo)).containsExactly((long) last);
        assertThat(number("select events_removed from orders where order_no = ?", orderNo))
                .isEqualTo(last - 1);
        assertThat(invariants.check().ok()).isTrue();

        world.apply(Command.paymentCaptured(orderNo, 100));
        assertThat(sequences(orderNo)).startsWith((long) last, last + 1L);
        world.apply(Command.refundSettled(orderNo, world.refunds(orderNo).get(0).refundId()));
        assertThat(invariants.check().broken()).isEmpty();
    }

    @Test
    void what_was_removed_can_be_told_from_what_is_missing() throws Exception {
        String orderNo = completed();
        published(orderNo);
        makeOld(orderNo, Period.ofDays(181));
        retention.run();

        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            jdbc.sql("update orders set events_removed = events_removed - 1 where order_no = ?")
                    .param(orderNo)
                    .update();
            assertThat(invariants.check().broken().toString()).contains("every timeline counts", orderNo);
            status.setRollbackOnly();
        });
    }

    @Test
    void the_timeline_of_a_cancelled_order_keeps_how_its_money_went_back() throws Exception {
        String orderNo = world.paid();
        world.apply(Command.cancelOrder(orderNo));
        String refund = world.refunds(orderNo).get(0).refundId();
        published(orderNo);
        makeOld(orderNo, Period.ofDays(181));

        retention.run();
        assertThat(world.timeline(orderNo)).as("while money is to go back").startsWith("OrderPlaced");

        world.apply(Command.refundSettled(orderNo, refund));
        published(orderNo);
        retention.run();
        assertThat(world.timeline(orderNo))
                .startsWith("OrderCancelled")
                .contains("RefundRequested", "RefundSettled")
                .doesNotContain("OrderPlaced", "OrderPaid");
    }

    @Test
    void young_orders_running_orders_and_what_is_not_published_are_left_alone() throws Exception {
        String young = completed();
        published(young);
        makeOld(young, Period.ofDays(179));
        String running = world.received();
        jdbc.sql("update orders set placed_at = placed_at - interval '400 days' where order_no = ?")
                .param(running)
                .update();

        retention.run();

        assertThat(world.timeline(young)).startsWith("OrderPlaced");
        assertThat(world.timeline(running)).startsWith("OrderPlaced");
        String unpublished = completed();
        published(unpublished);
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            makeOld(unpublished, Period.ofDays(181));
            jdbc.sql("insert into outbox select id from order_event where subject = ? and sequence = 2")
                    .param(unpublished)
                    .update();
            while (rows.removeBatch(Kind.EVENTS) > 0) {
                // until nothing is left that may go
            }
            assertThat(world.timeline(unpublished)).startsWith("OrderPlaced");
            status.setRollbackOnly();
        });
    }

    @Test
    void a_duplicate_inside_the_window_is_one_before_and_after_the_pruning() throws Exception {
        Command order = Command.placeOrder(World.newOrderNo(), world.stocked(5), 2);
        world.apply(order);
        assertThat(world.send(order).outcome()).isEqualTo(Outcome.DUPLICATE);
        makeOld(order, Period.ofDays(29));

        retention.run();

        assertThat(world.send(order).outcome()).isEqualTo(Outcome.DUPLICATE);
        makeOld(order, Period.ofDays(31));
        retention.run();
        assertThat(number("select count(*) from inbox where message_id = ?", order.id()))
                .isZero();
    }

    @Test
    void after_the_window_the_order_and_the_ledger_know_what_was_done_already() throws Exception {
        String sku = world.stocked(5);
        String orderNo = World.newOrderNo();
        List<Command> life = List.of(
                Command.placeOrder(orderNo, sku, 1),
                Command.paymentCaptured(orderNo, Command.total(1)),
                Command.shipOrder(orderNo),
                Command.shipmentDelivered(orderNo),
                Command.confirmReceipt(orderNo),
                Command.submitReview(orderNo));
        life.forEach(world::apply);
        String cancelled = world.paid();
        Command cancel = Command.cancelOrder(cancelled);
        world.apply(cancel);
        String refund = world.refunds(cancelled).get(0).refundId();
        Command failed = Command.refundFailed(cancelled, refund);
        Command settled = Command.refundSettled(cancelled, refund);
        world.apply(failed);
        Command count = Command.stockAdjusted(sku, 9, Instant.parse("2026-11-22T07:00:00Z"));
        world.apply(count);
        Command newer = Command.stockAdjusted(sku, 7, Instant.parse("2026-11-22T08:00:00Z"));
        world.apply(newer);

        List<Command> everything = new ArrayList<>(life);
        everything.addAll(List.of(cancel, failed, count, newer));
        forget(everything);
        assertThat(world.send(failed).outcome()).as("while finance has it").isEqualTo(Outcome.DUPLICATE);
        world.apply(settled);
        everything.add(settled);
        forget(everything);

        for (Command again : everything) {
            long stock = world.stock(sku).onHand();
            List<World.Refund> refunds = world.refunds(orderNo);
            Answer answer = world.send(again);
            assertThat(answer.outcome())
                    .as("%s: %s", again.type(), answer.reason())
                    .isEqualTo(
                            switch (again.type()) {
                                case "PaymentCaptured", "RefundSettled", "StockAdjusted" -> Outcome.DUPLICATE;
                                default -> Outcome.REFUSED;
                            });
            assertThat(world.stock(sku).onHand()).isEqualTo(stock);
            assertThat(world.refunds(orderNo)).isEqualTo(refunds);
        }
        assertThat(world.payments(orderNo)).hasSize(1);
    }

    /** It moves nothing: the buyer could have failed twice. */
    @Test
    void after_the_window_a_failed_payment_is_noted_once_more_and_nothing_else() throws Exception {
        String orderNo = completed();
        Command failure = Command.paymentFailed(orderNo);
        world.apply(failure);
        forget(List.of(failure));

        world.apply(failure);

        assertThat(world.timeline(orderNo)).endsWith("PaymentFailed", "PaymentFailed");
        assertThat(world.payments(orderNo)).hasSize(1);
    }

    /** Nothing but the message itself would tell that the order is there already. */
    @Test
    void an_order_that_was_placed_without_a_number_is_known_for_ever() throws Exception {
        Command order = Command.placeOrder(null, world.stocked(5), 1);
        String orderNo = world.send(order).orderNo();
        makeOld(order, Period.ofYears(20));

        retention.run();

        Answer again = world.send(order);
        assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(again.orderNo()).isEqualTo(orderNo);
    }

    @Test
    void what_still_waits_for_its_order_is_never_too_old() throws Exception {
        Command early = Command.confirmReceipt(World.newOrderNo());
        assertThat(world.send(early).outcome()).isEqualTo(Outcome.PARKED);
        makeOld(early, Period.ofDays(300));

        retention.run();

        assertThat(number("select count(*) from inbox where message_id = ?", early.id()))
                .isEqualTo(1);
    }

    @Test
    void a_dead_letter_goes_when_it_was_resolved_long_ago_and_stays_while_nobody_looked() throws Exception {
        UUID open = deadLetter(null);
        UUID young = deadLetter("89 days");
        UUID old = deadLetter("91 days");

        retention.run();

        assertThat(jdbc.sql("select id from dead_letter where id in (?, ?, ?)")
                        .params(open, young, old)
                        .query(UUID.class)
                        .list())
                .containsExactlyInAnyOrder(open, young);
        jdbc.sql("delete from dead_letter where id in (?, ?)")
                .params(open, young)
                .update();
    }

    @Test
    void contacts_go_when_most_claims_can_no_longer_be_made() throws Exception {
        String old = completed();
        String young = completed();
        makeOld(old, Period.ofYears(3).plusDays(2));
        makeOld(young, Period.ofYears(2));

        retention.run();

        assertThat(number("select count(*) from order_contact where order_no = ?", old))
                .isZero();
        assertThat(number("select count(*) from order_contact where order_no = ?", young))
                .isEqualTo(1);
        assertThat(world.timeline(old)).endsWith("ContactErased");
    }

    @Test
    void an_age_that_is_left_empty_keeps_for_ever() {
        String orderNo = completed();
        makeOld(orderNo, Period.ofYears(50));
        OldRows keeping = with(new RetentionProperties(null, null, null, null, Duration.ofDays(1), 10, Duration.ZERO));

        for (Kind kind : Kind.values()) {
            assertThat(keeping.removeBatch(kind)).isZero();
        }
        assertThat(world.timeline(orderNo)).startsWith("OrderPlaced");
    }

    @Test
    void it_goes_in_small_batches() {
        List<Command> messages = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Command message =
                    Command.stockAdjusted("sku-" + UUID.randomUUID(), 1, Instant.parse("2026-11-22T06:00:00Z"));
            world.apply(message);
            makeOld(message, Period.ofYears(40));
            messages.add(message);
        }
        OldRows two = with(
                new RetentionProperties(null, Period.ofYears(35), null, null, Duration.ofDays(1), 2, Duration.ZERO));

        assertThat(List.of(two.removeBatch(Kind.INBOX), two.removeBatch(Kind.INBOX), two.removeBatch(Kind.INBOX)))
                .containsExactly(2, 2, 1);
    }

    @Test
    void one_node_at_a_time_and_no_row_that_somebody_works_with() {
        Command message = Command.stockAdjusted("sku-" + UUID.randomUUID(), 1, Instant.parse("2026-11-22T06:00:00Z"));
        world.apply(message);
        makeOld(message, Period.ofYears(40));
        var elsewhere = new TransactionTemplate(transactions);
        elsewhere.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);
        OldRows ancient = with(
                new RetentionProperties(null, Period.ofYears(35), null, null, Duration.ofDays(1), 10, Duration.ZERO));

        elsewhere.executeWithoutResult(status -> {
            jdbc.sql("select 1 from inbox where message_id = ? for update")
                    .param(message.id())
                    .query(Integer.class)
                    .single();
            assertThat(inAnotherTransaction(ancient)).as("the row is taken").isZero();
        });
        elsewhere.executeWithoutResult(status -> {
            jdbc.sql("select pg_advisory_xact_lock(hashtext(current_schema()), hashtext('orderflow.retention'))")
                    .query((row, i) -> i)
                    .single();
            assertThat(inAnotherTransaction(ancient))
                    .as("another node is at it")
                    .isZero();
        });
        assertThat(inAnotherTransaction(ancient)).isEqualTo(1);
    }

    @Test
    void what_is_old_is_found_by_an_index() {
        for (Kind kind : Kind.values()) {
            List<String> sent = Statements.of(() -> rows.removeBatch(kind));
            String removal = sent.stream()
                    .filter(sql -> sql.contains("limit"))
                    .findFirst()
                    .orElseThrow();
            String index = switch (kind) {
                case EVENTS -> "orders_with_events";
                case INBOX -> "inbox_by_age";
                case DEAD_LETTERS -> "dead_letter_resolved";
                case CONTACTS -> "orders_with_contact";
            };
            new TransactionTemplate(transactions).executeWithoutResult(status -> {
                // A test's tables are so small that reading them whole is cheaper; what matters is that there is
                // another way.
                jdbc.sql("set local enable_seqscan = off").update();
                jdbc.sql("set local enable_bitmapscan = off").update();
                String plan = String.join(
                        "\n",
                        jdbc.sql("explain "
                                        + removal.replaceAll("< \\?", "< now()").replaceAll("limit \\?", "limit 9"))
                                .query(String.class)
                                .list());
                assertThat(plan).as(kind.name()).contains("using " + index);
                status.setRollbackOnly();
            });
        }
    }

    private int inAnotherTransaction(OldRows rows) {
        var another = new TransactionTemplate(transactions);
        another.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);
        return another.execute(status -> rows.removeBatch(Kind.INBOX));
    }

    private OldRows with(RetentionProperties properties) {
        return new OldRows(jdbc, clock, properties, erasure, transactions);
    }

    private String completed() {
        String orderNo = world.received();
        world.apply(Command.submitReview(orderNo));
        return orderNo;
    }

    private void published(String orderNo) {
        await().until(() ->
                number("select count(*) from outbox join order_event on id = event_id where subject = ?", orderNo)
                        == 0);
    }

    private void makeOld(String orderNo, Period age) {
        jdbc.sql("""
                        update orders set completed_at = completed_at - :age::interval, cancelled_at = cancelled_at - :age::interval
                        where order_no = :orderNo
                        """).param("age", age.toString()).param("orderNo", orderNo).update();
    }

    private void makeOld(Command message, Period age) {
        jdbc.sql("update inbox set received_at = received_at - :age::interval where message_id = :id")
                .param("age", age.toString())
                .param("id", message.id())
                .update();
    }

    private void forget(List<Command> messages) throws InterruptedException {
        messages.forEach(message -> makeOld(message, Period.ofDays(31)));
        retention.run();
        for (Command message : messages) {
            assertThat(number("select count(*) from inbox where message_id = ?", message.id()))
                    .isZero();
        }
    }

    private UUID deadLetter(String resolvedBefore) {
        UUID id = UUID.randomUUID();
        jdbc.sql("""
                        insert into dead_letter (id, body, reason, received_at, published_at, resolved_at)
                        values (:id, 'x', 'a test', now() - interval '1 year', now(), now() - :before::interval)
                        """).param("id", id).param("before", resolvedBefore).update();
        return id;
    }

    private List<Long> sequences(String orderNo) {
        return jdbc.sql("select sequence from order_event where subject = ? order by sequence")
                .param(orderNo)
                .query(Long.class)
                .list();
    }

    private long number(String sql, String parameter) {
        return jdbc.sql(sql).param(parameter).query(Long.class).single();
    }
}
