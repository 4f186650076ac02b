package dev.orderflow.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.world.World;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

/** The transition function, pair by pair: what is legal moves the order, what is illegal throws and changes nothing. */
@OrderflowTest
@Transactional
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrderTests {

    /** Written out once more, so that a change of the function is a decision. */
    private static final Map<OrderStatus, Map<OrderEvent, OrderStatus>> LEGAL = legal("""
            PENDING_PAYMENT   PAID      PAID
            PENDING_PAYMENT   CANCELLED CANCELLED
            PAID              RELEASED  AWAITING_SHIPMENT
            PAID              CANCELLED CANCELLED
            AWAITING_SHIPMENT SHIPPED   SHIPPED
            AWAITING_SHIPMENT CANCELLED CANCELLED
            SHIPPED           DELIVERED AWAITING_RECEIPT
            SHIPPED           RECEIVED  RECEIVED
            AWAITING_RECEIPT  RECEIVED  RECEIVED
            RECEIVED          REVIEWED  RECEIVED
            RECEIVED          COMPLETED COMPLETED
            """);

    @Autowired
    Orders orders;

    @Autowired
    World world;

    @Autowired
    JdbcClient jdbc;

    private String orderNo = "";

    /** Every test starts from this order, as every test is rolled back. */
    @BeforeAll
    void place() {
        orderNo = world.placed();
    }

    static Stream<Arguments> everyPair() {
        return Stream.of(OrderStatus.values())
                .flatMap(status -> Stream.of(OrderEvent.values()).map(event -> Arguments.of(status, event)));
    }

    @ParameterizedTest
    @MethodSource("everyPair")
    void the_function_knows_what_is_legal(OrderStatus status, OrderEvent event) {
        Optional<OrderStatus> after = Optional.ofNullable(LEGAL.get(status).get(event));

        assertThat(status.next(event)).isEqualTo(after);
        assertThat(status.allows(event)).isEqualTo(after.isPresent());
        assertThat(OrderStatus.before(event).contains(status)).isEqualTo(after.isPresent());
    }

    @ParameterizedTest
    @MethodSource("everyPair")
    void too_early_and_too_late_are_told_apart(OrderStatus status, OrderEvent event) {
        boolean stillComes = from(status, EnumSet.noneOf(OrderStatus.class)).stream()
                .anyMatch(reachable -> LEGAL.get(reachable).containsKey(event));

        assertThat(status.mayStillSee(event)).isEqualTo(stillComes);
    }

    @ParameterizedTest
    @MethodSource("everyPair")
    void the_table_is_guarded_in_the_database_whatever_the_model_says(OrderStatus status, OrderEvent event) {
        jdbc.sql(
                        "update orders set status = :status, cancel_reason = case when :status = 'CANCELLED' then 'CUSTOMER' end"
                                + " where order_no = :orderNo")
                .param("status", status.name())
                .param("orderNo", orderNo)
                .update();
        List<String> before = world.timeline(orderNo);

        OrderStatus after = LEGAL.get(status).get(event);
        if (event == OrderEvent.PLACED) {
            assertThatThrownBy(() -> move(orderNo, event)).isInstanceOf(IllegalStateException.class);
        } else if (after == null) {
            assertThatThrownBy(() -> move(orderNo, event))
                    .isInstanceOf(IllegalTransition.class)
                    .hasMessageContaining(orderNo)
                    .hasMessageContaining(status.name());
            assertThat(world.status(orderNo)).isEqualTo(status);
            assertThat(world.timeline(orderNo)).isEqualTo(before);
        } else {
            move(orderNo, event);
            assertThat(world.status(orderNo)).isEqualTo(after);
            assertThat(world.timeline(orderNo)).hasSize(before.size() + 1).endsWith(event.type());
        }
    }

    @Test
    void a_number_is_given_once() {
        assertThatThrownBy(() -> orders.place(orderNo, anyOrder()))
                .isInstanceOf(OrderExists.class)
                .hasMessageContaining(orderNo);
    }

    @Test
    void a_number_can_be_read_over_the_phone_and_is_not_in_sequence() {
        String one = OrderNumbers.next();
        String other = OrderNumbers.next();

        assertThat(one).matches("[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}");
        assertThat(one.substring(0, 4)).isNotEqualTo(other.substring(0, 4));
    }

    private void move(String orderNo, OrderEvent event) {
        if (event == OrderEvent.CANCELLED) {
            orders.cancel(orderNo, CancelReason.OPERATOR, null);
        } else {
            orders.move(orderNo, event, Map.of());
        }
    }

    private static Set<OrderStatus> from(OrderStatus status, Set<OrderStatus> seen) {
        if (seen.add(status)) {
            LEGAL.get(status).values().forEach(next -> from(next, seen));
        }
        return seen;
    }

    private static Map<OrderStatus, Map<OrderEvent, OrderStatus>> legal(String table) {
        Map<OrderStatus, Map<OrderEvent, OrderStatus>> legal = new EnumMap<>(OrderStatus.class);
        for (OrderStatus status : OrderStatus.values()) {
            legal.put(status, new EnumMap<>(OrderEvent.class));
        }
        table.lines()
                .map(line -> line.trim().split(" +"))
                .forEach(row -> legal.get(OrderStatus.valueOf(row[0]))
                        .put(OrderEvent.valueOf(row[1]), OrderStatus.valueOf(row[2])));
        return legal;
    }

    private static PlaceOrder anyOrder() {
        return new PlaceOrder(
                new PlaceOrder.Customer("c-17", "Ana Souza", null, null),
                new Address("Ana Souza", null, "BR", null, "São Paulo", null, "Avenida Paulista 1000"),
                "EUR",
                List.of(new PlaceOrder.Line("tea", "Green tea", 1, 1_000)),
                0,
                0,
                0,
                1_000,
                "BANK_CARD");
    }
}
