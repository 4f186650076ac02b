package dev.orderflow.payment;

import static dev.orderflow.world.Command.paymentCaptured;
import static dev.orderflow.world.Command.placeOrder;
import static dev.orderflow.world.Command.total;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.CancelReason;
import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.Orders;
import dev.orderflow.order.PlaceOrder;
import dev.orderflow.payment.Applied.Effect;
import dev.orderflow.world.AtOnce;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import dev.orderflow.world.World.Payment;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The ledger: every captured cent once, and never more given back than was taken. The order costs 25.00. */
@OrderflowTest
@Transactional
class PaymentsTests {

    private static final long TOTAL = total(2);

    @Autowired
    Payments payments;

    @Autowired
    Refunds refunds;

    @Autowired
    Orders orders;

    @Autowired
    MessageReader reader;

    @Autowired
    World world;

    @Autowired
    JdbcClient jdbc;

    private final String orderNo = World.newOrderNo();

    @Test
    void a_payment_of_the_total_covers_the_order() {
        place();

        Applied applied = payments.record(orderNo, captured(TOTAL));

        assertThat(applied.effect()).isEqualTo(Effect.COVERS);
        assertThat(applied.excess()).isZero();
        assertThat(payments.covered(orderNo)).isTrue();
        assertThat(ledger()).containsExactly(new Payment("COVERS", TOTAL, "EUR", 0));
    }

    @Test
    void two_halves_cover_the_order_with_the_second() {
        place();

        assertThat(payments.record(orderNo, captured(1_000)).effect()).isEqualTo(Effect.PARTIAL);
        assertThat(payments.covered(orderNo)).isFalse();
        assertThat(payments.record(orderNo, captured(TOTAL - 1_000)).effect()).isEqualTo(Effect.COVERS);
        assertThat(payments.covered(orderNo)).isTrue();
    }

    @Test
    void one_cent_too_little_does_not_cover_and_one_too_much_is_the_excess() {
        place();

        assertThat(payments.record(orderNo, captured(TOTAL - 1)).effect()).isEqualTo(Effect.PARTIAL);
        Applied rest = payments.record(orderNo, captured(2));

        assertThat(rest.effect()).isEqualTo(Effect.COVERS);
        assertThat(rest.excess()).isEqualTo(1);
        assertThat(rest.reason()).isEqualTo(RefundReason.OVERPAID);
    }

    @Test
    void a_payment_told_twice_is_recorded_once() {
        place();
        PaymentCaptured payment = captured(1_000);
        payments.record(orderNo, payment);

        Applied again = payments.record(orderNo, payment);

        assertThat(again).isEqualTo(new Applied(0, Effect.DUPLICATE, 0, null));
        assertThat(ledger()).containsExactly(new Payment("PARTIAL", 1_000, "EUR", 0));
    }

    @Test
    void the_same_payment_with_other_figures_is_a_broken_rule() {
        place();
        Command payment = paymentCaptured(orderNo, 1_000);
        payments.record(orderNo, read(payment));

        for (Command other : List.of(payment.with("amount", 1_001), payment.with("currency", "USD"))) {
            assertThatThrownBy(() -> payments.record(orderNo, read(other)))
                    .isInstanceOf(BrokenRule.class)
                    .hasMessageContaining("data.paymentId");
        }
        assertThat(ledger()).containsExactly(new Payment("PARTIAL", 1_000, "EUR", 0));
    }

    @Test
    void the_same_id_at_another_provider_is_another_payment() {
        place();
        Command payment = paymentCaptured(orderNo, 1_000);
        payments.record(orderNo, read(payment));

        assertThat(payments.record(orderNo, read(payment.with("provider", "stripe")))
                        .effect())
                .isEqualTo(Effect.PARTIAL);
        assertThat(ledger()).hasSize(2);
    }

    @Test
    void a_payment_before_its_order_waits_in_the_ledger_and_then_does_what_it_can() {
        Applied early = payments.record(orderNo, captured(TOTAL + 5));
        assertThat(early.effect()).isEqualTo(Effect.UNASSIGNED);
        place();
        assertThat(payments.covered(orderNo)).isFalse();

        Applied applied = payments.assign(early.paymentKey(), orderNo);

        assertThat(applied).isEqualTo(new Applied(early.paymentKey(), Effect.COVERS, 5, RefundReason.OVERPAID));
        assertThat(payments.covered(orderNo)).isTrue();
        assertThatThrownBy(() -> payments.assign(early.paymentKey(), orderNo))
                .isInstanceOf(BrokenRule.class)
                .hasMessageContaining("not waiting to be assigned");
    }

    @Test
    void a_payment_in_the_wrong_currency_goes_back_and_covers_nothing() {
        place();

        Applied applied =
                payments.record(orderNo, read(paymentCaptured(orderNo, TOTAL).with("currency", "USD")));

        assertThat(applied.effect()).isEqualTo(Effect.EXCESS);
        assertThat(applied.excess()).isEqualTo(TOTAL);
        assertThat(applied.reason()).isEqualTo(RefundReason.WRONG_CURRENCY);
        assertThat(payments.covered(orderNo)).isFalse();
    }

    @Test
    void a_payment_for_a_cancelled_order_goes_back() {
        place();
        orders.cancel(orderNo, CancelReason.PAYMENT_OVERDUE, null);

        Applied applied = payments.record(orderNo, captured(TOTAL));

        assertThat(applied.effect()).isEqualTo(Effect.EXCESS);
        assertThat(applied.excess()).isEqualTo(TOTAL);
        assertThat(applied.reason()).isEqualTo(RefundReason.ORDER_CANCELLED);
    }

    @Test
    void a_payment_for_a_paid_order_goes_back() {
        place();
        payments.record(orderNo, captured(TOTAL));
        orders.move(orderNo, OrderEvent.PAID, Map.of());

        Applied applied = payments.record(orderNo, captured(300));

        assertThat(applied.effect()).isEqualTo(Effect.EXCESS);
        assertThat(applied.excess()).isEqualTo(300);
        assertThat(applied.reason()).isEqualTo(RefundReason.ALREADY_PAID);
    }

    @Test
    void an_order_that_costs_nothing_is_covered_by_nothing() {
        place(placeOrder(orderNo, world.stocked(5), 2).with("discount", TOTAL).with("total", 0));

        assertThat(payments.covered(orderNo)).isTrue();
        Applied anyway = payments.record(orderNo, captured(100));
        assertThat(anyway.effect()).isEqualTo(Effect.COVERS);
        assertThat(anyway.excess()).isEqualTo(100);
    }

    @Test
    void no_more_goes_back_than_was_captured() {
        place();
        long payment = payments.record(orderNo, captured(1_000)).paymentKey();
        refunds.reserve(payment, 600, RefundReason.OVERPAID);

        assertThatThrownBy(() -> refunds.reserve(payment, 401, RefundReason.OVERPAID))
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    void the_schema_refuses_a_payment_of_nothing_and_a_refund_of_nothing() {
        place();
        long payment = payments.record(orderNo, captured(1_000)).paymentKey();

        assertThatThrownBy(() -> refunds.reserve(payment, 0, RefundReason.OVERPAID))
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    void a_cancelled_order_gives_back_each_payment_once_and_what_is_left_of_it() {
        place();
        long first = payments.record(orderNo, captured(1_000)).paymentKey();
        payments.record(orderNo, captured(500));
        refunds.reserve(first, 400, RefundReason.OVERPAID);
        orders.cancel(orderNo, CancelReason.CUSTOMER, null);

        assertThat(refunds.reserveCaptured(orderNo)).hasSize(2);
        assertThat(refunds.reserveCaptured(orderNo)).isEmpty();

        assertThat(ledger())
                .containsExactly(new Payment("PARTIAL", 1_000, "EUR", 1_000), new Payment("PARTIAL", 500, "EUR", 500));
        assertThat(world.refunds(orderNo)).extracting(World.Refund::amount).containsExactlyInAnyOrder(400L, 600L, 500L);
    }

    @Test
    void money_that_is_given_back_no_longer_covers_the_order() {
        place();
        long payment = payments.record(orderNo, captured(TOTAL)).paymentKey();
        assertThat(payments.covered(orderNo)).isTrue();
        payments.requireCovered(orderNo);

        refunds.reserve(payment, 1, RefundReason.OVERPAID);

        assertThat(payments.covered(orderNo)).isFalse();
        assertThatThrownBy(() -> payments.requireCovered(orderNo)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_refund_is_settled_once() {
        place();
        long payment = payments.record(orderNo, captured(1_000)).paymentKey();
        String refund = refunds.reserve(payment, 1_000, RefundReason.OVERPAID);

        refunds.settle(refund, "re_81", null);

        assertThatThrownBy(() -> refunds.settle(refund, "re_82", null))
                .isInstanceOf(BrokenRule.class)
                .hasMessageContaining("settled already");
        assertThat(world.timeline(orderNo)).containsOnlyOnce("RefundSettled");
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void a_payment_told_by_eight_messages_at_once_is_recorded_once() throws Exception {
        String placed = world.placed();
        Command payment = paymentCaptured(placed, TOTAL);
        Callable<Answer> tell = () -> world.send(payment.again());

        List<Answer> answers = AtOnce.run(Collections.nCopies(8, tell));

        assertThat(answers).extracting(Answer::outcome).containsOnlyOnce(Outcome.APPLIED);
        assertThat(answers).extracting(Answer::outcome).containsOnly(Outcome.APPLIED, Outcome.DUPLICATE);
        assertThat(world.payments(placed)).containsExactly(new Payment("COVERS", TOTAL, "EUR", 0));
        assertThat(world.refunds(placed)).isEmpty();
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void eight_parts_at_once_cover_the_order_once_and_every_cent_too_much_goes_back() throws Exception {
        String placed = world.placed();
        Callable<Answer> part = () -> world.send(paymentCaptured(placed, 1_000));

        AtOnce.run(Collections.nCopies(8, part));

        assertThat(world.payments(placed)).extracting(Payment::effect).containsOnlyOnce("COVERS");
        assertThat(world.payments(placed).stream()
                        .mapToLong(payment -> payment.amount() - payment.refunded())
                        .sum())
                .isEqualTo(TOTAL);
    }

    private void place() {
        place(placeOrder(orderNo, world.stocked(5), 2));
    }

    /** The order alone, to be rolled back. */
    private void place(Command order) {
        orders.place(orderNo, reader.readData(PlaceOrder.class, order.dataJson()));
    }

    private PaymentCaptured captured(long amount) {
        return read(paymentCaptured(orderNo, amount));
    }

    private PaymentCaptured read(Command payment) {
        return reader.readData(PaymentCaptured.class, payment.dataJson());
    }

    private List<Payment> ledger() {
        return world.payments(orderNo);
    }
}
