package dev.orderflow.inventory;

import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.BrokenRule.Violation;
import dev.orderflow.order.SqlTime;
import dev.orderflow.order.Timeline;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongBiFunction;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Stock and what is promised of it. All or none of an order's pieces are reserved; rows are locked in the order of the sku, so
 * that two orders over the same skus queue up and never deadlock. Quantities are pieces.
 */
@Repository
public class Inventory {

    /** A count from the future would keep out every later one; clocks of different houses differ by less than this. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private final JdbcClient jdbc;
    private final NamedParameterJdbcTemplate batch;
    private final Timeline timeline;
    private final Clock clock;

    Inventory(JdbcClient jdbc, NamedParameterJdbcTemplate batch, Timeline timeline, Clock clock) {
        this.jdbc = jdbc;
        this.batch = batch;
        this.timeline = timeline;
        this.clock = clock;
    }

    /**
     * Reserves all lines of the order, or nothing.
     *
     * @return whether everything was there
     * @throws BrokenRule if a sku is unknown
     */
    public boolean reserve(String orderNo) {
        Map<String, Long> wanted = wanted(orderNo);
        Map<String, StockLevel> stock = lockStock(wanted.keySet());
        if (stock.size() < wanted.size()) {
            refuseUnknown(orderNo, stock);
        }
        if (wanted.entrySet().stream().anyMatch(e -> stock.get(e.getKey()).available() < e.getValue())) {
            return false;
        }
        change("update stock set reserved = reserved + :quantity where sku = :sku", orderNo, wanted);
        change(
                "insert into reservation (order_no, sku, quantity, state) values (:orderNo, :sku, :quantity, 'ACTIVE')",
                orderNo,
                wanted);
        record(orderNo, "StockReserved", wanted, sku -> stock.get(sku).available() - wanted.get(sku));
        return true;
    }

    /** Gives back what the order holds; an order that holds nothing gives nothing, so that a second call changes nothing. */
    public void release(String orderNo) {
        settle(
                orderNo,
                "RELEASED",
                "StockReleased",
                "update stock set reserved = reserved - :quantity where sku = :sku",
                (level, quantity) -> level.available() + quantity);
    }

    /**
     * Takes what the order holds out of the house: it was shipped. Pieces that were shipped were there, even where a count had found
     * fewer; the next count sets it right.
     */
    public void deduct(String orderNo) {
        settle(
                orderNo,
                "DEDUCTED",
                "StockDeducted",
                """
                update stock set reserved = reserved - :quantity, on_hand = greatest(on_hand - :quantity, 0) where sku = :sku
                """,
                (level, quantity) -> Math.max(level.onHand() - quantity, 0) - (level.reserved() - quantity));
    }

    /** Whether pieces are reserved for the order. */
    public boolean holds(String orderNo) {
        return !held(orderNo).isEmpty();
    }

    private void settle(
            String orderNo, String state, String event, String update, ToLongBiFunction<StockLevel, Long> available) {
        Map<String, Long> held = held(orderNo);
        if (held.isEmpty()) {
            return;
        }
        Map<String, StockLevel> before = lockStock(held.keySet());
        change(update, orderNo, held);
        jdbc.sql("update reservation set state = :state where order_no = :orderNo and state = 'ACTIVE'")
                .param("state", state)
                .param("orderNo", orderNo)
                .update();
        record(orderNo, event, held, sku -> available.applyAsLong(before.get(sku), held.get(sku)));
    }

    /**
     * Takes in a count. One older than the last changes nothing. Where it finds fewer pieces than are promised, {@code StockShort}
     * names the orders concerned.
     *
     * @return whether the count was newer than the last
     * @throws BrokenRule if it says that it was counted in the future
     */
    public boolean adjust(String sku, StockAdjusted count) {
        if (count.countedAt().isAfter(clock.instant().plus(CLOCK_SKEW))) {
            throw new BrokenRule(
                    "data.countedAt", "lies in the future; send the time at which the pieces were counted");
        }
        Optional<StockLevel> level = jdbc.sql("""
                        insert into stock as s (sku, on_hand, counted_at) values (:sku, :onHand, :countedAt)
                        on conflict (sku) do update set on_hand = excluded.on_hand, counted_at = excluded.counted_at
                        where s.counted_at < excluded.counted_at
                        returning sku, on_hand, reserved, counted_at
                        """)
                .param("sku", sku)
                .param("onHand", count.onHand())
                .param("countedAt", SqlTime.of(count.countedAt()))
                .query(Inventory::level)
                .optional();
        level.filter(l -> l.available() < 0).ifPresent(this::recordShort);
        return level.isPresent();
    }

    private void recordShort(StockLevel level) {
        List<String> orders = jdbc.sql(
                        "select order_no from reservation where sku = :sku and state = 'ACTIVE' order by order_no")
                .param("sku", level.sku())
                .query(String.class)
                .list();
        timeline.record(
                level.sku(),
                "StockShort",
                Map.of(
                        "onHand",
                        level.onHand(),
                        "reserved",
                        level.reserved(),
                        "missing",
                        -level.available(),
                        "orders",
                        orders));
    }

    /** The sku's stock, if the sku is known. */
    public Optional<StockLevel> find(String sku) {
        return jdbc.sql("select sku, on_hand, reserved, counted_at from stock where sku = :sku")
                .param("sku", sku)
                .query(Inventory::level)
                .optional();
    }

    private Map<String, Long> wanted(String orderNo) {
        return quantities(
                "select sku, sum(quantity) as quantity from order_line where order_no = :orderNo group by sku",
                orderNo);
    }

    private Map<String, Long> held(String orderNo) {
        return quantities(
                "select sku, quantity from reservation where order_no = :orderNo and state = 'ACTIVE'", orderNo);
    }

    private Map<String, Long> quantities(String sql, String orderNo) {
        Map<String, Long> quantities = new TreeMap<>();
        jdbc.sql(sql).param("orderNo", orderNo).query(row -> {
            quantities.put(row.getString("sku"), row.getLong("quantity"));
        });
        return quantities;
    }

    private Map<String, StockLevel> lockStock(Set<String> skus) {
        return jdbc
                .sql(
                        "select sku, on_hand, reserved, counted_at from stock where sku in (:skus) order by sku for update")
                .param("skus", skus)
                .query(Inventory::level)
                .stream()
                .collect(Collectors.toMap(StockLevel::sku, Function.identity()));
    }

    private void refuseUnknown(String orderNo, Map<String, StockLevel> known) {
        List<Violation> violations = new ArrayList<>();
        jdbc.sql("select line, sku from order_line where order_no = :orderNo order by line")
                .param("orderNo", orderNo)
                .query(row -> {
                    if (!known.containsKey(row.getString("sku"))) {
                        violations.add(new Violation(
                                "data.lines[" + (row.getInt("line") - 1) + "].sku",
                                "is not known here; stock it first (StockAdjusted)"));
                    }
                });
        if (!violations.isEmpty()) {
            throw new BrokenRule(violations);
        }
    }

    private void change(String sql, String orderNo, Map<String, Long> quantities) {
        batch.batchUpdate(
                sql,
                quantities.entrySet().stream()
                        .map(e -> new MapSqlParameterSource("orderNo", orderNo)
                                .addValue("sku", e.getKey())
                                .addValue("quantity", e.getValue()))
                        .toArray(MapSqlParameterSource[]::new));
    }

    private void record(String orderNo, String type, Map<String, Long> quantities, Function<String, Long> available) {
        record LineChange(String sku, long quantity, long available) {}
        List<LineChange> lines = quantities.entrySet().stream()
                .map(e -> new LineChange(e.getKey(), e.getValue(), available.apply(e.getKey())))
                .toList();
        timeline.record(orderNo, type, Map.of("lines", lines));
    }

    private static StockLevel level(ResultSet row, int i) throws SQLException {
        return new StockLevel(
                row.getString("sku"),
                row.getLong("on_hand"),
                row.getLong("reserved"),
                row.getObject("counted_at", OffsetDateTime.class).toInstant());
    }
}
