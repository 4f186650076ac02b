package dev.orderflow.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterUtils;
import org.springframework.jdbc.core.namedparam.ParsedSql;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * All orders. Every change goes through {@link #move}, which guards the transition function under the order's lock; whatever the
 * process model says, an illegal transition throws.
 */
@Repository
public class Orders {

    /**
     * From here to the end of the transaction everything is looked up by a key, for which there is only one good plan, the one that walks
     * an index. PostgreSQL would make it anew, again and again, for as long as tables grow and it takes the plans of yesterday's small
     * ones to be cheaper; and where most of an index is of rows that are gone it would make a map of pages first, and learn nothing
     * of them for the next.
     */
    private static final String KEEP_PLANS = "set_config('plan_cache_mode', 'force_generic_plan', true), "
            + "set_config('enable_bitmapscan', 'off', true)";

    private static final String LOCK = "select order_no, status, currency, total, has_parked, " + KEEP_PLANS
            + " from orders where order_no = %s for update";
    private static final String LOCK_NAMED = LOCK.formatted(":orderNo");
    private static final String LOCK_FIRST = LOCK.formatted("?");
    private static final String LOCK_ALL = LOCK.formatted("any (:orderNos::text[]) order by order_no");

    private static final String LOCK_NUMBER =
            "select pg_advisory_xact_lock(hashtextextended(:orderNo, 7)), " + KEEP_PLANS;

    /** The order with its lines and its personal data, in one statement; nothing of it where the number is taken. */
    private static final String INSERT = """
            with placed as (
                insert into orders (order_no, status, customer_id, currency, shipping, tax, discount, total,
                                    payment_method, placed_at, has_parked)
                values (:orderNo, 'PENDING_PAYMENT', :customer, :currency, :shipping, :tax, :discount, :total,
                        :method, :now,
                        exists (select from inbox i where i.order_no = :orderNo and i.body is not null))
                on conflict (order_no) do nothing
                returning order_no, placed_at, has_parked),
            lines as (
                insert into order_line (order_no, line, sku, title, quantity, unit_price, placed_at)
                select placed.order_no, l.line, l.sku, l.title, l.quantity, l.unit_price, placed.placed_at
                from placed, unnest(:skus::text[], :titles::text[], :quantities::integer[], :unitPrices::bigint[])
                             with ordinality as l (sku, title, quantity, unit_price, line)),
            contact as (
                insert into order_contact (order_no, name, email, phone, ship_to)
                select order_no, :name, :email, :phone, :shipTo::jsonb from placed)
            select has_parked,
                   exists (select from payment p where p.order_no = :orderNo and p.effect = 'UNASSIGNED') as paid
            from placed
            """;

    private static final ParsedSql PLACE = NamedParameterUtils.parseSqlStatement(INSERT);
    private static final ParsedSql LOCK_AND_PLACE =
            NamedParameterUtils.parseSqlStatement(StatementList.sql(Stream.of(LOCK_NUMBER, INSERT)));

    private final JdbcClient jdbc;
    private final JdbcOperations jdbcOperations;
    private final ObjectMapper json;
    private final Clock clock;
    private final Timeline timeline;
    private final Moves moves;
    private final ApplicationEventPublisher signals;

    Orders(
            JdbcClient jdbc,
            JdbcOperations jdbcOperations,
            ObjectMapper json,
            Clock clock,
            Timeline timeline,
            Moves moves,
            ApplicationEventPublisher signals) {
        this.jdbc = jdbc;
        this.jdbcOperations = jdbcOperations;
        this.moves = moves;
        this.json = json;
        this.clock = clock;
        this.timeline = timeline;
        this.signals = signals;
    }

    /** The order, locked until the transaction ends; or empty, and then nobody can place it until the transaction ends. */
    public Optional<Order> lock(String orderNo) {
        return lock(orderNo, List.of());
    }

    /**
     * As {@link #lock(String)}, and sends something else in the same round trip, under the lock. Where the order was locked before,
     * nothing else is sent; where it is not there, nothing that is read is taken.
     *
     * @throws ConcurrencyFailureException if something was written for an order that was placed this moment, unlocked: a lost race
     */
    public Optional<Order> lock(String orderNo, List<Along> along) {
        if (isLocked(orderNo)) {
            return HeldOrders.find(orderNo);
        }
        Optional<Order> order = along.isEmpty() ? select(orderNo) : select(orderNo, along);
        if (order.isEmpty() && !HeldOrders.hasNumber(orderNo)) {
            // Only now is the absence worth a lock of its own: it keeps "no such order, so wait" and "place it" apart.
            lockNumber(orderNo);
            order = select(orderNo);
        }
        if (order.isEmpty()) {
            HeldOrders.putAbsent(orderNo);
        }
        return order;
    }

    /** Whether the current transaction has locked the order, or its number where it is not there, so that a lock waits for nobody. */
    public boolean isLocked(String orderNo) {
        return HeldOrders.find(orderNo).isPresent() || HeldOrders.isAbsent(orderNo);
    }

    /**
     * Locks the number for an order about to be placed under it, until the transaction ends, and where the number is free already writes
     * the order, in the same round trip; {@link #place} then finds it written.
     *
     * @param along what else is sent in that round trip, after the order; it must leave an order alone that was there before
     * @return the order that has the number already, locked
     * @throws IllegalStateException outside a transaction, where nothing would follow
     */
    public Optional<Order> claim(String orderNo, PlaceOrder order, Along... along) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            throw new IllegalStateException("a number is claimed for the rest of a transaction");
        }
        if (HeldOrders.find(orderNo).isPresent()) {
            return HeldOrders.find(orderNo);
        }
        Optional<Placed> placed = insert(orderNo, order, List.of(along));
        if (placed.isEmpty()) {
            return lock(orderNo);
        }
        HeldOrders.putClaim(orderNo, placed.get());
        return Optional.empty();
    }

    /**
     * Locks these orders and the numbers of those that are not there, until the transaction ends, for one that will work on several;
     * {@link #lock}, {@link #find}, {@link #claim} and {@link #place} do not ask for them again. The global order of locks: orders by
     * number, then numbers that are absent by hash, then stock by sku ({@code Inventory.lockFor}).
     */
    public void lockAll(Collection<String> orderNos) {
        Set<String> missing = new HashSet<>(orderNos);
        missing.removeIf(this::isLocked);
        missing.removeAll(selectAll(missing));
        if (!missing.isEmpty()) {
            lockNumbers(missing);
            // One placed while this waited for its number is locked out of turn. Should two then wait for each other,
            // the database ends one of them: a lost race like others.
            missing.removeAll(selectAll(missing));
            missing.forEach(HeldOrders::putAbsent);
        }
    }

    /** The numbers of those that are there, now locked. */
    private Set<String> selectAll(Set<String> orderNos) {
        if (orderNos.isEmpty()) {
            return Set.of();
        }
        List<Order> there = jdbc.sql(LOCK_ALL)
                .param("orderNos", orderNos.toArray(String[]::new))
                .query((row, i) -> held(row))
                .list();
        return there.stream().map(Order::orderNo).collect(Collectors.toSet());
    }

    private Optional<Order> select(String orderNo) {
        return jdbc.sql(LOCK_NAMED)
                .param("orderNo", orderNo)
                .query((row, i) -> held(row))
                .optional();
    }

    private Optional<Order> select(String orderNo, List<Along> along) {
        return new FirstTrip<>(
                        Stream.concat(Stream.of(LOCK_FIRST), along.stream().map(Along::sql)),
                        statement -> bind(statement, List.of(orderNo), along),
                        statement -> {
                            Optional<Order> order = Optional.empty();
                            try (ResultSet row = statement.getResultSet()) {
                                if (row.next()) {
                                    order = Optional.of(held(row));
                                }
                            }
                            take(statement, along, orderNo, order.isPresent());
                            return order;
                        })
                .run(jdbcOperations);
    }

    private static void bind(PreparedStatement statement, List<? extends @Nullable Object> values, List<Along> along)
            throws SQLException {
        int place = StatementList.bind(statement, 1, values);
        for (Along other : along) {
            place = StatementList.bind(statement, place, other.values());
        }
    }

    /** The results of what was sent along, which come after the present one. */
    private static void take(PreparedStatement statement, List<Along> along, String orderNo, boolean isThere)
            throws SQLException {
        for (Along other : along) {
            statement.getMoreResults();
            try (ResultSet rows = statement.getResultSet()) {
                if (isThere) {
                    other.rows().take(rows);
                } else if (other.writes() && rows.next()) {
                    throw new CannotAcquireLockException("order " + orderNo + " changed while it was looked for");
                }
            }
        }
    }

    /**
     * A statement that is sent along, the values of its parameters, and who takes its rows.
     *
     * @param writes whether it writes, for an order that is there, and gives what it has written
     */
    public record Along(String sql, List<? extends @Nullable Object> values, boolean writes, Taker rows) {

        /** Is given all rows, once, if the statement was sent and the order is there. */
        @FunctionalInterface
        public interface Taker {
            void take(ResultSet rows) throws SQLException;
        }
    }

    /** The order, locked by the current transaction. */
    private static Order held(ResultSet row) throws SQLException {
        Order order = order(row);
        HeldOrders.put(order, row.getBoolean("has_parked"));
        return order;
    }

    private static Order order(ResultSet row) throws SQLException {
        return new Order(
                row.getString("order_no"),
                OrderStatus.valueOf(row.getString("status")),
                row.getString("currency"),
                row.getLong("total"));
    }

    /** What the order is now, without locking it: good to tell somebody, not to decide on. */
    public Optional<Order> find(String orderNo) {
        if (isLocked(orderNo)) {
            return HeldOrders.find(orderNo);
        }
        return jdbc.sql("select order_no, status, currency, total from orders where order_no = :orderNo")
                .param("orderNo", orderNo)
                .query((row, i) -> order(row))
                .optional();
    }

    private void lockNumber(String orderNo) {
        jdbc.sql(LOCK_NUMBER)
                .param("orderNo", orderNo)
                .query((row, i) -> orderNo)
                .single();
        HeldOrders.putNumber(orderNo);
    }

    private void lockNumbers(Set<String> orderNos) {
        jdbc.sql("""
                        select pg_advisory_xact_lock(hash), %s
                        from (select distinct hashtextextended(order_no, 7) as hash
                              from unnest(:orderNos::text[]) as order_no order by hash) as numbers
                        """.formatted(KEEP_PLANS))
                .param("orderNos", orderNos.toArray(String[]::new))
                .query((row, i) -> i)
                .list();
        orderNos.forEach(HeldOrders::putNumber);
    }

    /**
     * Registers a new order in its first status.
     *
     * @return whether payments for it came before it and wait to be applied
     * @throws OrderExists if the number is taken
     */
    public boolean place(String orderNo, PlaceOrder order) {
        Placed placed = HeldOrders.takeClaim(orderNo)
                .filter(claim -> claim.order().equals(order))
                .or(() -> insert(orderNo, order, List.of()))
                .orElseThrow(() -> new OrderExists(orderNo));
        HeldOrders.put(
                new Order(orderNo, OrderStatus.PENDING_PAYMENT, order.currency(), order.total()), placed.hasParked());
        timeline.record(orderNo, OrderEvent.PLACED.type(), placedData(order));
        if (placed.hasParked()) {
            signals.publishEvent(new OrderMoved(orderNo));
        }
        return placed.paid();
    }

    private Optional<Placed> insert(String orderNo, PlaceOrder order, List<Along> along) {
        List<PlaceOrder.Line> lines = order.lines();
        var values = new MapSqlParameterSource("orderNo", orderNo)
                .addValue("customer", order.customer().id())
                .addValue("currency", order.currency())
                .addValue("shipping", order.shipping())
                .addValue("tax", order.tax())
                .addValue("discount", order.discount())
                .addValue("total", order.total())
                .addValue("method", order.paymentMethod())
                .addValue("now", SqlTime.of(clock.instant()))
                .addValue("skus", lines.stream().map(PlaceOrder.Line::sku).toArray(String[]::new))
                .addValue("titles", lines.stream().map(PlaceOrder.Line::title).toArray(String[]::new))
                .addValue(
                        "quantities",
                        lines.stream().mapToInt(PlaceOrder.Line::quantity).toArray())
                .addValue(
                        "unitPrices",
                        lines.stream().mapToLong(PlaceOrder.Line::unitPrice).toArray())
                .addValue("name", order.customer().name())
                .addValue("email", order.customer().email())
                .addValue("phone", order.customer().phone())
                .addValue("shipTo", write(order.shipTo()));
        boolean hasNumber = HeldOrders.hasNumber(orderNo);
        ParsedSql insert = hasNumber ? PLACE : LOCK_AND_PLACE;
        String sql = NamedParameterUtils.substituteNamedParameters(insert, values);
        Object[] bound = NamedParameterUtils.buildValueArray(insert, values, null);
        Optional<Placed> placed = new FirstTrip<>(
                        Stream.concat(Stream.of(sql), along.stream().map(Along::sql)),
                        statement -> bind(statement, Arrays.asList(bound), along),
                        statement -> {
                            if (!hasNumber) {
                                statement.getMoreResults();
                            }
                            Optional<Placed> written = Optional.empty();
                            try (ResultSet row = statement.getResultSet()) {
                                if (row.next()) {
                                    written = Optional.of(
                                            new Placed(order, row.getBoolean("has_parked"), row.getBoolean("paid")));
                                }
                            }
                            take(statement, along, orderNo, written.isPresent());
                            return written;
                        })
                .run(jdbcOperations);
        HeldOrders.putNumber(orderNo);
        return placed;
    }

    private String write(Address address) {
        try {
            return json.writeValueAsString(address);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an address cannot be written as JSON", e);
        }
    }

    private static Map<String, ?> placedData(PlaceOrder order) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("status", OrderStatus.PENDING_PAYMENT);
        data.put("customerId", order.customer().id());
        data.put("currency", order.currency());
        data.put("lines", order.lines());
        data.put("shipping", order.shipping());
        data.put("tax", order.tax());
        data.put("discount", order.discount());
        data.put("total", order.total());
        data.put("paymentMethod", order.paymentMethod());
        return data;
    }

    /** Moves the order along the transition function and records the event with {@code data} beside the new status. */
    public Order move(String orderNo, OrderEvent event, Map<String, ?> data) {
        return move(orderNo, event, null, null, data);
    }

    /**
     * Cancels the order; legal until it is shipped.
     *
     * @param note what a person wrote about it; kept with the personal data and out of the event
     */
    public void cancel(String orderNo, CancelReason reason, @Nullable String note) {
        move(orderNo, OrderEvent.CANCELLED, reason, note, Map.of("reason", reason));
    }

    private Order move(
            String orderNo,
            OrderEvent event,
            @Nullable CancelReason reason,
            @Nullable String note,
            Map<String, ?> data) {
        if (event == OrderEvent.PLACED) {
            throw new IllegalStateException("an order begins with place()");
        }
        Order order = lock(orderNo).orElseThrow(() -> new IllegalTransition(orderNo, event, "not there"));
        OrderStatus status = order.status()
                .next(event)
                .orElseThrow(() ->
                        new IllegalTransition(orderNo, event, order.status().name()));
        moves.add(order, status, event, reason, note, SqlTime.of(clock.instant()));
        Order moved = new Order(orderNo, status, order.currency(), order.total());
        boolean hasParked = HeldOrders.hasParked(orderNo);
        HeldOrders.put(moved, hasParked);
        Map<String, Object> withStatus = new LinkedHashMap<>();
        withStatus.put("status", status);
        withStatus.putAll(data);
        timeline.record(orderNo, event.type(), withStatus);
        if (hasParked) {
            signals.publishEvent(new OrderMoved(orderNo));
        }
        return moved;
    }

    /** Notes that a message waits in the inbox for a later status of this order; the next move wakes it. */
    public void notePark(String orderNo) {
        jdbc.sql("update orders set has_parked = true where order_no = :orderNo")
                .param("orderNo", orderNo)
                .update();
        HeldOrders.putParked(orderNo, true);
    }

    /** Forgets that messages wait, if none does any more; the order is locked. */
    public void forgetPark(String orderNo) {
        int forgotten = jdbc.sql("""
                        update orders set has_parked = false
                        where order_no = :orderNo and has_parked
                          and not exists (select from inbox i where i.order_no = :orderNo and i.body is not null)
                        """).param("orderNo", orderNo).update();
        if (forgotten > 0) {
            HeldOrders.putParked(orderNo, false);
        }
    }

    /** An order that the current transaction has written, and what waits for it: messages, payments. */
    record Placed(PlaceOrder order, boolean hasParked, boolean paid) {}

    /** Published inside the transaction when an order moved for which messages are parked; listen after the commit. */
    public record OrderMoved(String orderNo) {}
}
