package dev.orderflow.races;

import dev.orderflow.order.CancelReason;
import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.OrderStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What there is to see of many orders, read in few statements. */
final class Sights {

    private final JdbcClient jdbc;

    Sights(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** How many messages wait in the inbox for each of the orders. */
    Map<String, Long> parked(Collection<Scene> scenes) {
        Map<String, Long> parked = new HashMap<>();
        scenes.forEach(scene -> parked.put(scene.orderNo(), 0L));
        jdbc.sql("""
                        select order_no, count(*) as parked from inbox
                        where order_no in (:orders) and body is not null group by order_no
                        """).param("orders", parked.keySet()).query(row -> {
            parked.put(row.getString("order_no"), row.getLong("parked"));
        });
        return parked;
    }

    /** Every order's sight, in the order of the scenes. */
    List<Sight> of(List<Scene> scenes) {
        List<String> orders = scenes.stream().map(Scene::orderNo).toList();
        Map<String, Order> statuses = new HashMap<>();
        jdbc.sql("select order_no, status, cancel_reason from orders where order_no in (:orders)")
                .param("orders", orders)
                .query(row -> {
                    statuses.put(
                            row.getString("order_no"),
                            new Order(
                                    OrderStatus.valueOf(row.getString("status")),
                                    Optional.ofNullable(row.getString("cancel_reason"))
                                            .map(CancelReason::valueOf)
                                            .orElse(null)));
                });
        Map<String, List<String>> timelines =
                lines(orders, "select subject, type from order_event where subject in (:orders) order by id");
        Map<String, List<String>> payments = lines(orders, """
                select order_no, effect || ' ' || amount || ' ' || currency || ' ' || refunded from payment
                where order_no in (:orders) order by payment_key
                """);
        Map<String, List<String>> reasons = lines(orders, """
                select order_no, amount || ' ' || reason || ' ' || status from refund
                where order_no in (:orders) order by payment_key, amount
                """);
        Map<String, List<String>> backs = lines(orders, """
                select order_no, amount || ' ' || status from refund where order_no in (:orders)
                """);
        Map<String, List<String>> reservations = lines(orders, """
                select order_no, quantity || ' ' || state from reservation where order_no in (:orders) order by sku
                """);
        Map<String, List<String>> money = lines(orders, """
                select order_no, coalesce(sum(amount - refunded) filter (where effect <> 'UNASSIGNED'), 0)
                    || ' ' || coalesce(sum(amount - refunded) filter (where effect = 'UNASSIGNED'), 0)
                from payment where order_no in (:orders) group by order_no
                """);
        Map<String, List<String>> stock = lines(
                scenes.stream().map(Scene::sku).toList(),
                "select sku, on_hand || ' ' || reserved from stock where sku in (:orders)");
        Map<String, Long> parked = parked(scenes);

        List<Sight> sights = new ArrayList<>();
        for (Scene scene : scenes) {
            String orderNo = scene.orderNo();
            Order order = statuses.getOrDefault(orderNo, new Order(null, null));
            List<String> timeline = timelines.getOrDefault(orderNo, List.of());
            String[] cents = money.getOrDefault(orderNo, List.of("0 0")).get(0).split(" ");
            String[] pieces = stock.get(scene.sku()).get(0).split(" ");
            sights.add(new Sight(
                    new Expected.Sum(
                            order.status,
                            order.reason,
                            Long.parseLong(cents[0]),
                            Long.parseLong(cents[1]),
                            backs.getOrDefault(orderNo, List.of()).stream()
                                    .sorted()
                                    .toList(),
                            Long.parseLong(pieces[0]),
                            Long.parseLong(pieces[1]),
                            parked.get(orderNo),
                            timeline.stream().filter("PaymentFailed"::equals).count(),
                            timeline.stream().filter("ShipmentOverdue"::equals).count()),
                    timeline,
                    payments.getOrDefault(orderNo, List.of()),
                    reasons.getOrDefault(orderNo, List.of()),
                    reservations.getOrDefault(orderNo, List.of())));
        }
        return sights;
    }

    private Map<String, List<String>> lines(Collection<String> keys, String sql) {
        Map<String, List<String>> lines = new HashMap<>();
        jdbc.sql(sql).param("orders", keys).query(row -> {
            lines.computeIfAbsent(row.getString(1), key -> new ArrayList<>()).add(row.getString(2));
        });
        return lines;
    }

    private record Order(
            @Nullable OrderStatus status, @Nullable CancelReason reason) {}

    /** All there is to see of one order. */
    record Sight(
            Expected.Sum sum,
            List<String> timeline,
            List<String> payments,
            List<String> refunds,
            List<String> reservations) {

        /** Where the timeline leads when every event of it is taken as the transition function takes it. */
        @Nullable
        OrderStatus led() {
            OrderStatus status = null;
            for (String type : timeline) {
                for (OrderEvent event : OrderEvent.values()) {
                    if (event.type().equals(type)) {
                        status = event == OrderEvent.PLACED ? OrderStatus.PENDING_PAYMENT : next(status, event);
                    }
                }
            }
            return status;
        }

        private OrderStatus next(@Nullable OrderStatus status, OrderEvent event) {
            return Optional.ofNullable(status)
                    .flatMap(from -> from.next(event))
                    .orElseThrow(() -> new AssertionError(event + " of an order that is " + status + ": " + timeline));
        }
    }
}
