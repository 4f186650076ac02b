package dev.orderflow.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.world.AtOnce;
import dev.orderflow.world.Statements;
import dev.orderflow.world.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

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

    @Autowired
    PlatformTransactionManager transactions;

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
    void the_table_is_guarded_whatever_the_model_says(OrderStatus status, OrderEvent event) {
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
    void who_claims_a_number_that_is_taken_gets_its_order() {
        assertThat(orders.claim(orderNo, anyOrder()))
                .hasValueSatisfying(order -> assertThat(order.orderNo()).isEqualTo(orderNo));
        assertThat(orders.claim(World.newOrderNo(), anyOrder())).isEmpty();
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void who_claims_a_free_number_has_the_order_written_and_places_it_without_writing_it_again() {
        String free = World.newOrderNo();

        List<String> trips = Statements.of(() -> rolledBack(() -> {
            assertThat(orders.claim(free, anyOrder())).isEmpty();
            assertThat(orders.place(free, anyOrder()))
                    .as("payments wait for it")
                    .isFalse();
            assertThat(orders.find(free))
                    .hasValueSatisfying(order -> assertThat(order.status()).isEqualTo(OrderStatus.PENDING_PAYMENT));
        }));

        assertThat(trips).as("the number and the order under it").hasSize(1);
        assertThat(orders.find(free)).isEmpty();
    }

    @Test
    void a_number_that_was_claimed_for_one_order_is_not_given_to_another() {
        String claimed = World.newOrderNo();
        orders.claim(claimed, orderOf(1_000));

        assertThatThrownBy(() -> orders.place(claimed, orderOf(2_000))).isInstanceOf(OrderExists.class);
    }

    @Test
    void nobody_else_places_an_order_under_a_number_that_was_claimed_or_found_absent() {
        String claimed = World.newOrderNo();
        String absent = World.newOrderNo();
        String oneOfMany = World.newOrderNo();
        orders.claim(claimed, anyOrder());
        orders.lock(absent);
        orders.lockAll(List.of(oneOfMany, orderNo));

        assertThat(List.of(claimed, absent, oneOfMany))
                .allSatisfy(number -> assertThatThrownBy(
                                () -> inItsOwnTransaction(() -> orders.place(number, anyOrder())))
                        .rootCause()
                        .hasMessageContaining("lock timeout"));
        assertThatThrownBy(() -> inItsOwnTransaction(() -> orders.lock(orderNo)))
                .rootCause()
                .hasMessageContaining("lock timeout");
        orders.place(absent, anyOrder());
        assertThat(world.status(absent)).isEqualTo(OrderStatus.PENDING_PAYMENT);
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void what_is_locked_together_is_not_asked_for_again() {
        String absent = World.newOrderNo();

        List<String> present = Statements.of(() -> rolledBack(() -> {
            orders.lockAll(List.of(orderNo));
            assertThat(orders.lock(orderNo)).isPresent();
            assertThat(orders.claim(orderNo, anyOrder())).isPresent();
        }));
        List<String> missing = Statements.of(() -> rolledBack(() -> {
            orders.lockAll(List.of(absent, orderNo));
            assertThat(orders.lock(absent)).isEmpty();
            assertThat(orders.find(absent)).isEmpty();
            assertThat(orders.claim(absent, anyOrder())).isEmpty();
            orders.place(absent, anyOrder());
            assertThat(orders.lock(absent)).isPresent();
            orders.lockAll(List.of(absent, orderNo));
        }));

        assertThat(present).hasSize(1);
        assertThat(missing).as("a look, the number, another look, the order").hasSize(4);
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void what_is_read_along_with_an_order_is_taken_only_under_its_lock() {
        List<String> taken = new ArrayList<>();
        String absent = World.newOrderNo();

        List<String> trips = Statements.of(() -> rolledBack(() -> {
            assertThat(orders.lock(orderNo, List.of(echo(orderNo, taken), echo(orderNo, taken))))
                    .isPresent();
            assertThat(orders.lock(orderNo, List.of(echo(orderNo, taken)))).isPresent();
            assertThat(orders.lock(absent, List.of(echo(absent, taken)))).isEmpty();
        }));

        assertThat(taken).containsExactly(orderNo, orderNo);
        assertThat(trips)
                .filteredOn(sql -> sql.contains("; select"))
                .as("with something along")
                .hasSize(2);
    }

    @Test
    void who_writes_for_an_order_that_was_not_there_to_lock_has_lost_a_race() {
        String absent = World.newOrderNo();
        var placedMeanwhile = new Orders.Along("select ?::text", List.of(absent), true, rows -> {});

        assertThatThrownBy(() -> orders.lock(absent, List.of(placedMeanwhile)))
                .isInstanceOf(ConcurrencyFailureException.class)
                .hasMessageContaining(absent);
    }

    private static Orders.Along echo(String orderNo, List<String> taken) {
        return new Orders.Along("select ?::text", List.of(orderNo), false, rows -> {
            while (rows.next()) {
                taken.add(rows.getString(1));
            }
        });
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void who_locks_the_same_orders_in_any_order_queues_up() throws Exception {
        List<String> numbers =
                new ArrayList<>(List.of(orderNo, world.placed(), World.newOrderNo(), World.newOrderNo()));
        List<Callable<Boolean>> rivals = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Collections.rotate(numbers, 1);
            List<String> turned = List.copyOf(numbers);
            rivals.add(() -> {
                rolledBack(() -> orders.lockAll(turned));
                return true;
            });
        }

        assertThat(AtOnce.run(rivals)).hasSize(8).containsOnly(true);
    }

    private void inItsOwnTransaction(Runnable work) {
        TransactionTemplate another = new TransactionTemplate(transactions);
        another.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        another.executeWithoutResult(status -> {
            jdbc.sql("set local lock_timeout = '100ms'").update();
            work.run();
        });
    }

    private void rolledBack(Runnable work) {
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            work.run();
            status.setRollbackOnly();
        });
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
        return orderOf(1_000);
    }

    private static PlaceOrder orderOf(long total) {
        return new PlaceOrder(
                new PlaceOrder.Customer("c-17", "Ana Souza", null, null),
                new Address("Ana Souza", null, "BR", null, "São Paulo", null, "Avenida Paulista 1000"),
                "EUR",
                List.of(new PlaceOrder.Line("tea", "Green tea", 1, total)),
                0,
                0,
                0,
                total,
                "BANK_CARD");
    }
}
