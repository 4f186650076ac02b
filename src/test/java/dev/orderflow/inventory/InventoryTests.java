package dev.orderflow.inventory;

import static dev.orderflow.world.Command.cancelOrder;
import static dev.orderflow.world.Command.placeOrder;
import static dev.orderflow.world.Command.shipOrder;
import static dev.orderflow.world.Command.stockAdjusted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.BrokenRule.Violation;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.Orders;
import dev.orderflow.order.PlaceOrder;
import dev.orderflow.world.AtOnce;
import dev.orderflow.world.World;
import dev.orderflow.world.World.Reservation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionOperations;

/** Pieces are promised once: all of an order's or none, and never one twice, however many ask at once. */
@OrderflowTest
@Transactional
class InventoryTests {

    private static final Instant COUNTED = Instant.parse("2026-11-22T07:00:00Z");

    @Autowired
    Inventory inventory;

    @Autowired
    Orders orders;

    @Autowired
    MessageReader reader;

    @Autowired
    World world;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionOperations transactions;

    @Test
    void all_lines_are_reserved_or_none() {
        String plenty = world.stocked(10);
        String scarce = world.stocked(1);
        String orderNo = order(Map.of(plenty, 2, scarce, 2));

        assertThat(inventory.reserve(orderNo)).isFalse();

        assertThat(world.reservations(orderNo)).isEmpty();
        assertThat(world.stock(plenty).reserved()).isZero();
        assertThat(world.stock(scarce).reserved()).isZero();
        assertThat(world.timeline(orderNo)).doesNotContain("StockReserved");
    }

    @Test
    void the_last_pieces_can_be_reserved_and_not_one_more() {
        String sku = world.stocked(3);
        String first = order(Map.of(sku, 3));
        String second = order(Map.of(sku, 1));

        assertThat(inventory.reserve(first)).isTrue();
        assertThat(inventory.reserve(second)).isFalse();

        assertThat(world.stock(sku).available()).isZero();
    }

    @Test
    void lines_of_the_same_sku_are_reserved_together() {
        String sku = world.stocked(3);
        String orderNo = order(Map.of(sku, 2));
        jdbc.sql("""
                        insert into order_line (order_no, line, sku, title, quantity, unit_price, placed_at)
                        values (:orderNo, 2, :sku, 'Green tea, 100 g', 2, 1000, now())
                        """).param("orderNo", orderNo).param("sku", sku).update();

        assertThat(inventory.reserve(orderNo)).isFalse();

        jdbc.sql("update order_line set quantity = 1 where order_no = :orderNo and line = 2")
                .param("orderNo", orderNo)
                .update();
        assertThat(inventory.reserve(orderNo)).isTrue();
        assertThat(world.reservations(orderNo)).containsExactly(new Reservation(sku, 3, "ACTIVE"));
    }

    @Test
    void a_sku_that_nobody_knows_is_a_broken_rule_that_names_its_line() {
        Map<String, Integer> lines = new LinkedHashMap<>();
        lines.put(world.stocked(3), 1);
        lines.put("unknown-1", 1);
        lines.put("unknown-2", 1);

        assertThatThrownBy(() -> inventory.reserve(order(lines)))
                .isInstanceOfSatisfying(
                        BrokenRule.class,
                        broken -> assertThat(broken.violations())
                                .extracting(Violation::field)
                                .containsExactly("data.lines[1].sku", "data.lines[2].sku"));
    }

    @Test
    void releasing_twice_gives_back_once() {
        String sku = world.stocked(5);
        String orderNo = reserved(sku, 2);

        inventory.release(orderNo);
        inventory.release(orderNo);

        assertThat(world.stock(sku).reserved()).isZero();
        assertThat(world.stock(sku).onHand()).isEqualTo(5);
        assertThat(world.reservations(orderNo)).containsExactly(new Reservation(sku, 2, "RELEASED"));
        assertThat(world.timeline(orderNo)).containsOnlyOnce("StockReleased");
    }

    @Test
    void what_is_shipped_leaves_the_house_once_and_cannot_be_given_back() {
        String sku = world.stocked(5);
        String orderNo = reserved(sku, 2);

        inventory.deduct(orderNo);
        inventory.deduct(orderNo);
        inventory.release(orderNo);

        assertThat(world.stock(sku).reserved()).isZero();
        assertThat(world.stock(sku).onHand()).isEqualTo(3);
        assertThat(world.reservations(orderNo)).containsExactly(new Reservation(sku, 2, "DEDUCTED"));
        assertThat(world.timeline(orderNo)).containsOnlyOnce("StockDeducted").doesNotContain("StockReleased");
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void pieces_that_left_with_the_lock_are_told_of_or_did_not_leave() {
        String orderNo = world.paid();
        List<Reservation> held = world.reservations(orderNo);
        var shipping = List.of(inventory.deducting(orderNo));

        assertThatThrownBy(() -> transactions.execute(all -> orders.lock(orderNo, shipping)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(orderNo);

        assertThat(world.reservations(orderNo)).isEqualTo(held);
        world.apply(shipOrder(orderNo));
        assertThat(world.reservations(orderNo)).extracting(Reservation::state).containsOnly("DEDUCTED");
        assertThat(world.timeline(orderNo)).containsOnlyOnce("StockDeducted");
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void an_order_whose_status_does_not_allow_it_keeps_its_pieces_when_it_is_locked_for_shipping() {
        String orderNo = world.placed();

        transactions.executeWithoutResult(all -> orders.lock(orderNo, List.of(inventory.deducting(orderNo))));

        assertThat(world.reservations(orderNo)).extracting(Reservation::state).containsOnly("ACTIVE");
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void whoever_takes_a_number_that_is_taken_reserves_nothing() {
        String sku = world.stocked(1);
        String outOfStock = World.newOrderNo();
        world.send(placeOrder(outOfStock, sku, 2));
        world.apply(stockAdjusted(sku, 9, Instant.now()));

        assertThat(world.send(placeOrder(outOfStock, sku, 2)).outcome()).isEqualTo(Answer.Outcome.REFUSED);

        assertThat(world.stock(sku).reserved()).isZero();
        assertThat(world.reservations(outOfStock)).isEmpty();
    }

    @Test
    void an_event_about_stock_says_what_is_left_to_sell() {
        String sku = world.stocked(5);
        String orderNo = reserved(sku, 2);
        inventory.release(orderNo);

        assertThat(data(orderNo, "StockReserved")).contains("\"quantity\":2", "\"available\":3");
        assertThat(data(orderNo, "StockReleased")).contains("\"quantity\":2", "\"available\":5");
    }

    @Test
    void a_count_below_what_is_promised_names_the_orders_concerned() {
        String sku = world.stocked(5);
        String first = reserved(sku, 2);
        String second = reserved(sku, 3);

        assertThat(inventory.adjust(sku, new StockAdjusted(1, COUNTED))).isTrue();

        assertThat(world.stock(sku).available()).isEqualTo(-4);
        assertThat(world.timeline(sku)).containsExactly("StockShort");
        assertThat(data(sku, "StockShort")).contains(first, second, "\"missing\":4");
    }

    @Test
    void what_was_shipped_was_there_even_where_a_count_had_found_fewer() {
        String sku = world.stocked(5);
        String orderNo = order(Map.of(sku, 3));
        inventory.reserve(orderNo);
        inventory.adjust(sku, new StockAdjusted(1, Instant.now()));

        inventory.deduct(orderNo);

        assertThat(world.stock(sku).onHand()).isZero();
        assertThat(world.stock(sku).reserved()).isZero();
    }

    @Test
    void a_count_from_the_future_is_refused() {
        String sku = world.stocked(5);

        assertThatThrownBy(() ->
                        inventory.adjust(sku, new StockAdjusted(9, Instant.now().plusSeconds(100_000))))
                .isInstanceOf(BrokenRule.class)
                .hasMessageContaining("data.countedAt");

        assertThat(world.stock(sku).onHand()).isEqualTo(5);
    }

    @Test
    void a_count_of_all_that_is_promised_is_no_shortage() {
        String sku = world.stocked(5);
        reserved(sku, 2);

        assertThat(inventory.adjust(sku, new StockAdjusted(2, COUNTED))).isTrue();

        assertThat(world.stock(sku).available()).isZero();
        assertThat(world.timeline(sku)).isEmpty();
    }

    @Test
    void a_count_that_is_not_newer_than_the_last_changes_nothing() {
        String sku = world.stocked(5);
        inventory.adjust(sku, new StockAdjusted(7, COUNTED));

        assertThat(inventory.adjust(sku, new StockAdjusted(9, COUNTED))).isFalse();
        assertThat(inventory.adjust(sku, new StockAdjusted(9, COUNTED.minusSeconds(1))))
                .isFalse();

        assertThat(world.stock(sku).onHand()).isEqualTo(7);
    }

    @Test
    void the_schema_refuses_stock_below_nothing() {
        String sku = world.stocked(5);

        assertThatThrownBy(() -> jdbc.sql("update stock set reserved = -1 where sku = :sku")
                        .param("sku", sku)
                        .update())
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void ten_who_order_the_last_three_pieces_at_once_get_exactly_three() throws Exception {
        String sku = world.stocked(3);
        List<Callable<Answer>> buyers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            buyers.add(() -> world.send(placeOrder(World.newOrderNo(), sku, 1)));
        }

        List<Answer> answers = AtOnce.run(buyers);

        assertThat(answers)
                .filteredOn(answer -> answer.status() == OrderStatus.PENDING_PAYMENT)
                .hasSize(3);
        assertThat(answers)
                .filteredOn(answer -> answer.status() == OrderStatus.CANCELLED)
                .hasSize(7);
        assertThat(world.stock(sku).available()).isZero();
        assertThat(world.stock(sku).reserved()).isEqualTo(3);
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void orders_over_the_same_skus_in_any_order_of_their_lines_queue_up() throws Exception {
        String one = world.stocked(100);
        String other = world.stocked(100);
        List<Callable<Answer>> buyers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Map<String, Integer> lines = new LinkedHashMap<>();
            lines.put(i % 2 == 0 ? one : other, 1);
            lines.put(i % 2 == 0 ? other : one, 1);
            buyers.add(() -> world.send(placeOrder(World.newOrderNo(), lines)));
        }

        assertThat(AtOnce.run(buyers)).extracting(Answer::status).containsOnly(OrderStatus.PENDING_PAYMENT);

        assertThat(world.stock(one).reserved()).isEqualTo(10);
        assertThat(world.stock(other).reserved()).isEqualTo(10);
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void whoever_takes_ships_and_gives_back_at_once_no_piece_is_promised_twice() throws Exception {
        List<String> skus = List.of(world.stocked(6), world.stocked(6), world.stocked(6));
        List<Callable<Integer>> buyers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int buyer = i;
            buyers.add(() -> {
                int shipped = 0;
                for (int round = 0; round < 6; round++) {
                    shipped += buysOneOfEach(skus, buyer + round) ? 1 : 0;
                }
                return shipped;
            });
        }

        int shipped = AtOnce.run(buyers).stream().mapToInt(Integer::intValue).sum();

        for (String sku : skus) {
            assertThat(world.stock(sku).onHand()).isEqualTo(6 - shipped);
            assertThat(world.stock(sku).reserved()).isZero();
            assertThat(fewestLeft(sku)).isNotNegative();
        }
    }

    /** Names the skus in an order that depends on the turn, and so does whether the pieces are shipped or given back. */
    private boolean buysOneOfEach(List<String> skus, int turn) {
        String orderNo = World.newOrderNo();
        List<String> turned = new ArrayList<>(skus);
        Collections.rotate(turned, turn);
        Map<String, Integer> lines = new LinkedHashMap<>();
        turned.forEach(sku -> lines.put(sku, 1));
        if (world.send(placeOrder(orderNo, lines)).status() == OrderStatus.CANCELLED) {
            return false;
        }
        if (turn % 3 != 0) {
            world.apply(cancelOrder(orderNo));
            return false;
        }
        world.pay(orderNo);
        world.apply(shipOrder(orderNo));
        return true;
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void what_many_give_back_at_once_is_given_back_once() throws Exception {
        String orderNo = world.placed();
        List<Callable<String>> rivals = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            rivals.add(() -> transactions.execute(status -> {
                inventory.release(orderNo);
                return orderNo;
            }));
        }

        AtOnce.run(rivals);

        world.apply(cancelOrder(orderNo));
        assertThat(world.stock(world.sku(orderNo)).reserved()).isZero();
        assertThat(world.stock(world.sku(orderNo)).onHand()).isEqualTo(5);
        assertThat(world.timeline(orderNo)).containsOnlyOnce("StockReleased");
    }

    @Test
    @Transactional(propagation = Propagation.NOT_SUPPORTED)
    void who_works_on_several_orders_locks_the_stock_of_all_and_queues_up() throws Exception {
        String one = world.placed();
        String other = world.placed();
        List<String> more = List.of(world.stocked(100), world.stocked(100));
        List<Callable<Boolean>> batches = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            List<String> orderNos = i % 2 == 0 ? List.of(one, other) : List.of(other, one);
            List<String> skus = i % 2 == 0 ? more : List.of(more.get(1), more.get(0));
            batches.add(() -> transactions.execute(status -> {
                inventory.lockFor(orderNos, skus);
                skus.forEach(sku -> reserved(sku, 1));
                orderNos.forEach(inventory::release);
                status.setRollbackOnly();
                return true;
            }));
        }

        assertThat(AtOnce.run(batches)).hasSize(8).containsOnly(true);
    }

    /** The fewest pieces that were left to sell after somebody took some. */
    private long fewestLeft(String sku) {
        return jdbc.sql("""
                        select min((line ->> 'available')::bigint)
                        from order_event e, jsonb_array_elements(e.data::jsonb -> 'lines') as line
                        where e.type = 'StockReserved' and line ->> 'sku' = :sku
                        """).param("sku", sku).query(Long.class).single();
    }

    /** An order that has reserved nothing yet, and will be rolled back. */
    private String order(Map<String, Integer> quantities) {
        String orderNo = World.newOrderNo();
        place(orderNo, quantities);
        return orderNo;
    }

    private void place(String orderNo, Map<String, Integer> quantities) {
        orders.place(
                orderNo,
                reader.readData(
                        PlaceOrder.class, placeOrder(orderNo, quantities).dataJson()));
    }

    private String reserved(String sku, int quantity) {
        String orderNo = order(Map.of(sku, quantity));
        assertThat(inventory.reserve(orderNo)).isTrue();
        return orderNo;
    }

    private String data(String subject, String type) {
        World.writeTimeline();
        return jdbc.sql("select data from order_event where subject = :subject and type = :type")
                .param("subject", subject)
                .param("type", type)
                .query(String.class)
                .single();
    }
}
