package dev.orderflow.inventory;

import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.BrokenRule.Violation;
import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.Orders.Along;
import dev.orderflow.order.SqlTime;
import dev.orderflow.order.Timeline;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Stock and what is promised of it. All or none of an order's pieces are reserved; rows are locked in the order of the sku, so
 * that two orders over the same skus queue up and never deadlock: each is looked up and locked by itself ({@code lateral}), in that
 * order, where a join might read the stock of everything. Quantities are pieces.
 */
@Repository
public class Inventory {

    /** A count from the future would keep out every later one; clocks of different houses differ by less than this. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    /**
     * An active reservation of an order that is named. Saying {@code state = 'ACTIVE'} would let the database walk the index of all
     * active ones, which it takes to be short whenever its statistics are of a quiet moment.
     */
    private static final String HELD = "r.state not in ('RELEASED', 'DEDUCTED')";

    private static final String DEDUCTED = "DEDUCTED";

    /**
     * Reserves for an order that was placed this moment: it waits for its payment, and nothing was ever reserved for it. The lock gives
     * the rows as they are now, however old the statement's snapshot is, and only what all of them allow is written. The update finds
     * the rows locked by its own transaction and goes on from the same newest versions.
     */
    private static final String RESERVE = """
            with judged as (
                select w.sku, w.quantity, l.available,
                       bool_and(coalesce(l.available >= w.quantity, false)) over () as enough
                from (select sku, sum(quantity) as quantity from order_line
                      where order_no = ?
                        and (select o.status from orders o where o.order_no = ?) = 'PENDING_PAYMENT'
                        and not exists (select from reservation r where r.order_no = ?)
                      group by sku order by sku) w
                left join lateral (
                    select on_hand - reserved as available from stock where sku = w.sku for update) l on true),
            promised as (
                update stock s set reserved = s.reserved + j.quantity
                from judged j where s.sku = j.sku and j.enough),
            reserved as (
                insert into reservation (order_no, sku, quantity, state)
                select ?, sku, quantity, 'ACTIVE' from judged where enough)
            select sku, quantity, available, enough from judged
            """;

    /**
     * Ends what an order holds that is in one of some statuses. Stock is locked first, as everywhere; then only a reservation that is
     * still active, as it is now and not in the statement's snapshot, gives its pieces, so that no rival gives them a second time.
     */
    private static final String SETTLE = """
            with held as (
                select s.sku from (
                    select r.sku from reservation r where r.order_no = ? and %1$s
                      and (select o.status from orders o where o.order_no = ?) = any (?::text[])
                    order by r.sku) w
                cross join lateral (select sku from stock where sku = w.sku for update) s),
            settled as (
                update reservation r set state = ?
                from held h where r.order_no = ? and r.sku = h.sku and %1$s
                returning r.sku, r.quantity, r.state)
            update stock s
            set reserved = s.reserved - r.quantity,
                on_hand = case r.state when 'DEDUCTED' then greatest(s.on_hand - r.quantity, 0) else s.on_hand end
            from settled r where s.sku = r.sku
            returning s.sku, r.quantity, s.on_hand - s.reserved as available
            """.formatted(HELD);

    private final JdbcClient jdbc;
    private final Timeline timeline;
    private final Clock clock;

    Inventory(JdbcClient jdbc, Timeline timeline, Clock clock) {
        this.jdbc = jdbc;
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
        List<Wanted> wanted = StockAhead.takeReserved(orderNo)
                .orElseGet(() -> jdbc.sql(RESERVE).params(reserves(orderNo)).query(Wanted::all));
        if (wanted.isEmpty()) {
            throw new IllegalStateException("order " + orderNo + " has nothing to reserve, or was reserved for before");
        }
        Set<String> unknown = wanted.stream()
                .filter(line -> line.available() == null)
                .map(Wanted::sku)
                .collect(Collectors.toSet());
        if (!unknown.isEmpty()) {
            refuseUnknown(orderNo, unknown);
        }
        if (!wanted.stream().allMatch(Wanted::enough)) {
            return false;
        }
        record(orderNo, "StockReserved", wanted.stream().map(Wanted::taken).toList());
        return true;
    }

    /** Does in the round trip that places the order what {@link #reserve} then finds done. */
    public Along reserving(String orderNo) {
        return new Along(RESERVE, reserves(orderNo), true, rows -> StockAhead.putReserved(orderNo, Wanted.all(rows)));
    }

    private static List<String> reserves(String orderNo) {
        return List.of(orderNo, orderNo, orderNo, orderNo);
    }

    /** Gives back what the order holds; an order that holds nothing gives nothing, so that a second call changes nothing. */
    public void release(String orderNo) {
        settle(orderNo, "RELEASED", "StockReleased", Optional.empty());
    }

    /**
     * Takes what the order holds out of the house: it was shipped. Pieces that were shipped were there, even where a count had found
     * fewer; the next count sets it right.
     */
    public void deduct(String orderNo) {
        settle(orderNo, DEDUCTED, "StockDeducted", StockAhead.takeDeducted(orderNo));
    }

    /** Does in the round trip that locks an order what {@link #deduct} then finds done, if the order may be shipped as it is. */
    public Along deducting(String orderNo) {
        return new Along(
                SETTLE,
                settles(orderNo, DEDUCTED, OrderStatus.before(OrderEvent.SHIPPED)),
                true,
                rows -> StockAhead.putDeducted(orderNo, LineChange.all(rows)));
    }

    /** Whether pieces are reserved for the order. */
    public boolean holds(String orderNo) {
        return jdbc.sql("select exists (select from reservation r where r.order_no = :orderNo and " + HELD + ")")
                .param("orderNo", orderNo)
                .query(Boolean.class)
                .single();
    }

    private void settle(String orderNo, String state, String event, Optional<List<LineChange>> ahead) {
        List<LineChange> settled = ahead.orElseGet(() -> jdbc.sql(SETTLE)
                .params(settles(orderNo, state, EnumSet.allOf(OrderStatus.class)))
                .query(LineChange::all));
        if (!settled.isEmpty()) {
            record(orderNo, event, settled);
        }
    }

    private static List<Object> settles(String orderNo, String state, Set<OrderStatus> statuses) {
        String[] names = statuses.stream().map(OrderStatus::name).toArray(String[]::new);
        return List.of(orderNo, orderNo, names, state, orderNo);
    }

    /**
     * Locks the stock of these skus, and of all that these orders hold, in the order of the sku, for a transaction that will work on
     * several orders: one by one they would take the locks in an order of their own. The global order of locks: orders by number
     * and numbers that are absent by hash ({@code Orders.lockAll}), then stock by sku.
     */
    public void lockFor(Collection<String> orderNos, Collection<String> skus) {
        jdbc.sql("""
                        select s.sku from (
                            select unnest(:skus::text[]) as sku
                            union
                            select r.sku from reservation r where r.order_no = any(:orderNos::text[]) and %s
                            order by sku) w
                        cross join lateral (select sku from stock where sku = w.sku for update) s
                        """.formatted(HELD))
                .param("skus", skus.toArray(String[]::new))
                .param("orderNos", orderNos.toArray(String[]::new))
                .query(String.class)
                .list();
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

    private void refuseUnknown(String orderNo, Set<String> unknown) {
        List<Violation> violations =
                jdbc.sql("""
                        select line from order_line where order_no = :orderNo and sku in (:unknown) order by line
                        """).param("orderNo", orderNo).param("unknown", unknown).query(Integer.class).stream()
                        .map(line -> new Violation(
                                "data.lines[" + (line - 1) + "].sku",
                                "is not known here; stock it first (StockAdjusted)"))
                        .toList();
        throw new BrokenRule(violations);
    }

    private void record(String orderNo, String type, List<LineChange> lines) {
        timeline.record(
                orderNo,
                type,
                Map.of(
                        "lines",
                        lines.stream()
                                .sorted(Comparator.comparing(LineChange::sku))
                                .toList()));
    }

    private static StockLevel level(ResultSet row, int i) throws SQLException {
        return new StockLevel(
                row.getString("sku"),
                row.getLong("on_hand"),
                row.getLong("reserved"),
                row.getObject("counted_at", OffsetDateTime.class).toInstant());
    }

    /** What an order wants of a sku, and what was free before; null where nobody knows the sku. */
    record Wanted(String sku, long quantity, @Nullable Long available, boolean enough) {

        static List<Wanted> all(ResultSet rows) throws SQLException {
            List<Wanted> all = new ArrayList<>();
            while (rows.next()) {
                all.add(new Wanted(
                        rows.getString("sku"),
                        rows.getLong("quantity"),
                        rows.getObject("available", Long.class),
                        rows.getBoolean("enough")));
            }
            return all;
        }

        LineChange taken() {
            return new LineChange(sku, quantity, Objects.requireNonNull(available) - quantity);
        }
    }

    /** A line of an event: how many pieces, and how many are free to sell after it. */
    record LineChange(String sku, long quantity, long available) {

        static List<LineChange> all(ResultSet rows) throws SQLException {
            List<LineChange> all = new ArrayList<>();
            while (rows.next()) {
                all.add(new LineChange(rows.getString("sku"), rows.getLong("quantity"), rows.getLong("available")));
            }
            return all;
        }
    }
}
