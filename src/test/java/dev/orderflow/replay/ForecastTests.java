package dev.orderflow.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.order.OrderStatus;
import dev.orderflow.replay.OlistOrder.Customer;
import dev.orderflow.replay.OlistOrder.Item;
import dev.orderflow.replay.OlistOrder.Payment;
import dev.orderflow.replay.OlistOrder.Review;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ForecastTests {

    private static final Instant PLACED = Instant.parse("2017-03-06T10:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Forecast.Timers TIMERS = new Forecast.Timers(
            method -> method.equals("BOLETO") ? DAY.multipliedBy(5) : MINUTE.multipliedBy(30),
            DAY.multipliedBy(10),
            DAY.multipliedBy(30),
            DAY);

    @Test
    void a_life_as_it_should_be_ends_completed() {
        Forecast forecast = forecast(order(PLACED.plus(MINUTE), PLACED.plus(DAY), PLACED.plus(DAY.multipliedBy(3))));

        assertThat(forecast.status()).contains(OrderStatus.COMPLETED);
        assertThat(forecast.fates().values()).containsOnly(Fate.APPLIED);
        assertThat(forecast.kept()).isEqualTo(5100);
    }

    @Test
    void money_that_comes_at_the_limit_comes_too_late_and_nothing_of_it_is_kept() {
        Forecast forecast = forecast(
                order(PLACED.plus(MINUTE.multipliedBy(30)), PLACED.plus(DAY), PLACED.plus(DAY.multipliedBy(3))));

        assertThat(forecast.status()).contains(OrderStatus.CANCELLED);
        assertThat(forecast.captured()).isEqualTo(5100);
        assertThat(forecast.kept()).isZero();
        assertThat(forecast.fates()).containsEntry("ShipOrder-0001", Fate.REFUSED);
    }

    @Test
    void what_comes_too_early_waits() {
        Forecast forecast = forecast(
                order(PLACED.plus(MINUTE.multipliedBy(20)), PLACED.minus(MINUTE), PLACED.plus(MINUTE.multipliedBy(5))));

        assertThat(forecast.fates())
                .containsEntry("ShipOrder-0001", Fate.PARKED_THEN_APPLIED)
                .containsEntry("ShipmentDelivered-0001", Fate.PARKED_THEN_APPLIED)
                .containsEntry("ConfirmReceipt-0001", Fate.PARKED_THEN_APPLIED);
        assertThat(forecast.status()).contains(OrderStatus.COMPLETED);
    }

    @Test
    void what_waits_in_vain_becomes_a_dead_letter() {
        Forecast forecast = forecast(order(PLACED.plus(MINUTE), null, null));

        assertThat(forecast.status()).contains(OrderStatus.AWAITING_SHIPMENT);
        assertThat(forecast.fates()).containsEntry("SubmitReview-0001-r1", Fate.PARKED_THEN_DEAD_LETTERED);
    }

    @Test
    void a_parcel_that_takes_too_long_counts_as_received() {
        Forecast forecast = forecast(order(PLACED.plus(MINUTE), PLACED.plus(DAY), PLACED.plus(DAY.multipliedBy(12))));

        assertThat(forecast.fates())
                .containsEntry("ShipmentDelivered-0001", Fate.REFUSED)
                .containsEntry("ConfirmReceipt-0001", Fate.REFUSED)
                .containsEntry("SubmitReview-0001-r1", Fate.APPLIED);
        assertThat(forecast.status()).contains(OrderStatus.COMPLETED);
    }

    private static Forecast forecast(OlistOrder order) {
        return Forecast.of(order, Story.of(order), TIMERS, PLACED.plus(DAY.multipliedBy(400)));
    }

    private static OlistOrder order(Instant approved, @Nullable Instant shipped, @Nullable Instant delivered) {
        return new OlistOrder(
                "0001",
                new Customer("u1", "01310", "sao paulo", "SP"),
                delivered == null ? "processing" : "delivered",
                PLACED,
                approved,
                shipped,
                delivered,
                List.of(new Item("p1", "cama_mesa", "s1", 5000, 100)),
                List.of(new Payment(1, "credit_card", 5100)),
                List.of(new Review("r1", 5, "", "", PLACED.plus(DAY.multipliedBy(20)))));
    }
}
