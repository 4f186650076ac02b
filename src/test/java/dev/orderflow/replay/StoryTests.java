package dev.orderflow.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orderflow.replay.OlistOrder.Customer;
import dev.orderflow.replay.OlistOrder.Item;
import dev.orderflow.replay.OlistOrder.Payment;
import dev.orderflow.replay.OlistOrder.Review;
import dev.orderflow.replay.Step.Type;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoryTests {

    private static final Instant MONDAY = Instant.parse("2017-03-06T10:00:00Z");
    private static final Instant TUESDAY = Instant.parse("2017-03-07T10:00:00Z");
    private static final Instant FRIDAY = Instant.parse("2017-03-10T10:00:00Z");
    private static final Instant SUNDAY = Instant.parse("2017-03-12T10:00:00Z");
    private static final List<Item> TWO_PIECES =
            List.of(new Item("p1", "cama_mesa", "s1", 5000, 100), new Item("p1", "cama_mesa", "s1", 5000, 100));
    private static final List<Payment> TWO_PAYMENTS =
            List.of(new Payment(1, "credit_card", 10000), new Payment(2, "voucher", 200));

    @Test
    void a_delivered_order_is_placed_paid_shipped_delivered_confirmed_and_reviewed() {
        assertThat(Story.of(order("delivered", MONDAY, TUESDAY, FRIDAY)))
                .extracting(Step::type)
                .containsExactly(
                        Type.PLACE_ORDER,
                        Type.PAYMENT_CAPTURED,
                        Type.PAYMENT_CAPTURED,
                        Type.SHIP_ORDER,
                        Type.SHIPMENT_DELIVERED,
                        Type.CONFIRM_RECEIPT,
                        Type.SUBMIT_REVIEW);
    }

    @Test
    void messages_go_out_when_the_data_says_whatever_the_order() {
        assertThat(Story.of(order("delivered", FRIDAY, TUESDAY, FRIDAY)))
                .extracting(Step::type)
                .startsWith(Type.PLACE_ORDER, Type.SHIP_ORDER, Type.PAYMENT_CAPTURED);
    }

    @Test
    void pieces_of_one_product_make_one_line_and_everything_adds_up() throws IOException {
        JsonNode message =
                json(Story.of(order("delivered", MONDAY, TUESDAY, FRIDAY)).get(0));

        assertThat(message.at("/subject").asText()).isEqualTo("0001");
        assertThat(message.at("/time").asText()).isEqualTo("2017-03-06T10:00:00Z");
        assertThat(message.at("/data/lines")).hasSize(1);
        assertThat(message.at("/data/lines/0/quantity").asInt()).isEqualTo(2);
        assertThat(message.at("/data/lines/0/unitPrice").asInt()).isEqualTo(5000);
        assertThat(message.at("/data/shipping").asInt()).isEqualTo(200);
        assertThat(message.at("/data/total").asInt()).isEqualTo(10200);
    }

    @Test
    void money_is_taken_as_it_is_and_only_where_it_was_approved() throws IOException {
        Step voucher = Story.of(order("delivered", MONDAY, TUESDAY, FRIDAY)).get(2);

        assertThat(json(voucher).at("/data/amount").asInt()).isEqualTo(200);
        assertThat(json(voucher).at("/data/method").asText()).isEqualTo("VOUCHER");
        assertThat(Story.of(order("canceled", null, null, null)))
                .extracting(Step::type)
                .containsExactlyInAnyOrder(Type.PLACE_ORDER, Type.CANCEL_ORDER, Type.SUBMIT_REVIEW);
    }

    @Test
    void an_order_is_cancelled_a_day_after_the_last_that_is_known_of_it() {
        assertThat(Story.of(order("unavailable", TUESDAY, null, null)))
                .filteredOn(step -> step.type() == Type.CANCEL_ORDER)
                .extracting(Step::at)
                .containsExactly(Instant.parse("2017-03-08T10:00:00Z"));
    }

    @Test
    void every_sku_has_exactly_what_all_orders_need() throws IOException {
        List<OlistOrder> orders =
                List.of(order("delivered", MONDAY, TUESDAY, FRIDAY), order("shipped", MONDAY, TUESDAY, null));

        Step count = Story.stock(orders).get(0);

        assertThat(count.subject()).isEqualTo("p1");
        assertThat(json(count).at("/data/onHand").asInt()).isEqualTo(4);
        assertThat(count.at()).isBefore(MONDAY);
    }

    private static OlistOrder order(
            String status, @Nullable Instant approved, @Nullable Instant shipped, @Nullable Instant delivered) {
        return new OlistOrder(
                "0001",
                new Customer("u1", "01310", "sao paulo", "SP"),
                status,
                MONDAY,
                approved,
                shipped,
                delivered,
                TWO_PIECES,
                TWO_PAYMENTS,
                List.of(new Review("r1", 5, "", "Otimo", SUNDAY)));
    }

    private static JsonNode json(Step step) throws IOException {
        return new JsonMapper().readTree(step.body());
    }
}
