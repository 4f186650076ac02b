package dev.orderflow.web;

import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.SqlTime;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which orders a list shows. The statement names only the filters that are set, so that each combination can use its own index.
 *
 * @param orderNos these orders only; all, if empty
 * @param placedFrom inclusive
 * @param placedTo exclusive
 * @param cursor where the page before ended
 */
record OrderFilter(
        List<String> orderNos,
        @Nullable OrderStatus status,
        @Nullable String customer,
        @Nullable String sku,
        @Nullable Instant placedFrom,
        @Nullable Instant placedTo,
        @Nullable Cursor cursor,
        int limit) {

    static final int MAX_LIMIT = 200;

    OrderFilter {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new BadQuery("limit", "is " + limit + "; send a whole number from 1 to " + MAX_LIMIT);
        }
        if (orderNos.size() > MAX_LIMIT) {
            throw new BadQuery("orderNo", "comes " + orderNos.size() + " times; send at most " + MAX_LIMIT);
        }
        orderNos.forEach(orderNo -> BadQuery.refuseUnseen("orderNo", orderNo));
        BadQuery.refuseUnseen("customer", customer);
        BadQuery.refuseUnseen("sku", sku);
    }

    /** Whether orders could be looked for by one of several things. */
    boolean isCombined() {
        return Stream.of(status, customer, sku).filter(Objects::nonNull).count() > 1;
    }

    /** One row more than asked for tells whether another page follows. Of orders with a sku, the lines know when they were placed. */
    String sql() {
        String from = sku == null ? "orders o" : "order_line w join orders o using (order_no)";
        String placed = sku == null ? "o" : "w";
        List<String> conditions = new ArrayList<>(List.of("true"));
        if (!orderNos.isEmpty()) {
            conditions.add("o.order_no in (:orderNos)");
        }
        if (status != null) {
            conditions.add("o.status = :status");
        }
        if (customer != null) {
            conditions.add("o.customer_id = :customer");
        }
        if (sku != null) {
            conditions.add("w.sku = :sku");
        }
        if (placedFrom != null) {
            conditions.add(placed + ".placed_at >= :placedFrom");
        }
        if (placedTo != null) {
            conditions.add(placed + ".placed_at < :placedTo");
        }
        if (cursor != null) {
            conditions.add("(%1$s.placed_at, %1$s.order_no) < (:cursorTime, :cursorNo)".formatted(placed));
        }
        return """
                select o.order_no, o.status, o.cancel_reason, o.customer_id, o.currency, o.total, o.payment_method,
                       o.placed_at, o.paid_at, o.released_at, o.shipped_at, o.delivered_at, o.received_at, o.reviewed_at,
                       o.completed_at, o.cancelled_at, l.lines, l.pieces
                from (select distinct on (%1$s.placed_at, %1$s.order_no) o.*
                      from %2$s
                      where %3$s
                      order by %1$s.placed_at desc, %1$s.order_no desc
                      limit :rows) o
                cross join lateral (select count(*) as lines, sum(quantity) as pieces
                                    from order_line l where l.order_no = o.order_no) l
                order by o.placed_at desc, o.order_no desc
                """.formatted(placed, from, String.join(" and ", conditions));
    }

    Map<String, Object> params() {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("rows", limit + 1);
        if (!orderNos.isEmpty()) {
            params.put("orderNos", orderNos);
        }
        if (status != null) {
            params.put("status", status.name());
        }
        if (customer != null) {
            params.put("customer", customer);
        }
        if (sku != null) {
            params.put("sku", sku);
        }
        if (placedFrom != null) {
            params.put("placedFrom", SqlTime.of(placedFrom));
        }
        if (placedTo != null) {
            params.put("placedTo", SqlTime.of(placedTo));
        }
        if (cursor != null) {
            params.put("cursorTime", SqlTime.of(cursor.placedAt()));
            params.put("cursorNo", cursor.orderNo());
        }
        return params;
    }

    /** The last order of a page; opaque to clients, so that it may change. */
    record Cursor(Instant placedAt, String orderNo) {

        static @Nullable Cursor read(@Nullable String text) {
            if (text == null) {
                return null;
            }
            try {
                String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
                int end = plain.indexOf(' ');
                Instant placedAt = Instant.EPOCH.plus(Long.parseLong(plain.substring(0, end)), ChronoUnit.MICROS);
                Cursor cursor = new Cursor(placedAt, plain.substring(end + 1));
                if (cursor.toString().equals(text)) {
                    return cursor;
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException | ArithmeticException e) {
                // told below, like every other text that is no cursor of ours
            }
            throw new BadQuery("cursor", "is not one of ours; send the \"next\" of a page, or none for the first page");
        }

        @Override
        public String toString() {
            String plain = ChronoUnit.MICROS.between(Instant.EPOCH, placedAt) + " " + orderNo;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
        }
    }
}
