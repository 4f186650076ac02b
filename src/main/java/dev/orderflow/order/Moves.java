package dev.orderflow.order;

import dev.orderflow.order.LastWrites.Write;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * How far the current transaction has moved the orders it holds. All moves are written together, right before it commits, so that an
 * order that moves twice, or that moves with others, costs one statement. Until then {@link HeldOrders} knows where they stand and
 * nobody else can. That the status is still the one found is asked of the order's row ({@code is true}): a plan made while the table
 * was small would look through all orders with that status instead.
 */
@Component
class Moves {

    private static final List<OrderEvent> EVENTS = Arrays.stream(OrderEvent.values())
            .filter(event -> event != OrderEvent.PLACED)
            .toList();

    private static final String WRITE_ALL =
            """
            with noted as (
                update order_contact c set cancel_note = n.note
                from unnest(?::text[], ?::text[]) as n (order_no, note)
                where c.order_no = any (?::text[]) and c.order_no = n.order_no and n.note is not null)
            update orders o set status = m.after, cancel_reason = coalesce(m.reason, o.cancel_reason), %s
            from unnest(?::text[], ?::text[], ?::text[], ?::text[], %s)
                 as m (order_no, before, after, reason, %s)
            where o.order_no = any (?::text[]) and o.order_no = m.order_no and (o.status = m.before) is true
            """.formatted(columns("%1$s = coalesce(m.%1$s, o.%1$s)"), columns("?::timestamptz[]"), columns("%s"));

    private final LastWrites lastWrites;

    Moves(LastWrites lastWrites) {
        this.lastWrites = lastWrites;
    }

    /** Moves an order that the current transaction has locked. */
    void add(
            Order before,
            OrderStatus after,
            OrderEvent event,
            @Nullable CancelReason reason,
            @Nullable String note,
            OffsetDateTime now) {
        lastWrites
                .of(this, Made.class, Made::new)
                .moves
                .computeIfAbsent(before.orderNo(), orderNo -> new Move(orderNo, before.status()))
                .to(after, event, reason, note, now);
    }

    private static Write writeOne(Move move) {
        StringBuilder sql = new StringBuilder();
        List<Object> values = new ArrayList<>();
        if (move.note != null) {
            sql.append("with noted as (update order_contact set cancel_note = ? where order_no = ?) ");
            values.add(move.note);
            values.add(move.orderNo);
        }
        sql.append("update orders set status = ?");
        values.add(move.after.name());
        if (move.reason != null) {
            sql.append(", cancel_reason = ?");
            values.add(move.reason.name());
        }
        move.times.forEach((event, time) -> {
            sql.append(", ").append(event.timeColumn()).append(" = ?");
            values.add(time);
        });
        sql.append(" where order_no = ? and (status = ?) is true");
        values.add(move.orderNo);
        values.add(move.before.name());
        return new Write(sql.toString(), values, rows -> check(rows, 1));
    }

    private static Write writeAll(List<Move> moves) {
        String[] orderNos = Write.column(moves, move -> move.orderNo);
        List<Object> values = new ArrayList<>();
        values.add(orderNos);
        values.add(Write.column(moves, move -> move.note));
        values.add(orderNos);
        values.add(orderNos);
        values.add(Write.column(moves, move -> move.before.name()));
        values.add(Write.column(moves, move -> move.after.name()));
        values.add(Write.column(moves, move -> move.reason == null ? null : move.reason.name()));
        for (OrderEvent event : EVENTS) {
            values.add(Write.column(moves, move -> {
                OffsetDateTime time = move.times.get(event);
                return time == null ? null : time.toString();
            }));
        }
        values.add(orderNos);
        return new Write(WRITE_ALL, values, rows -> check(rows, moves.size()));
    }

    private static void check(int rows, int moves) {
        if (rows != moves) {
            throw new IllegalStateException(rows + " of " + moves
                    + " orders were still where this transaction, which has them locked, found them");
        }
    }

    private static String columns(String pattern) {
        return EVENTS.stream()
                .map(event -> pattern.formatted(event.timeColumn()))
                .collect(Collectors.joining(", "));
    }

    private static final class Move {
        private final String orderNo;
        private final OrderStatus before;
        private final Map<OrderEvent, OffsetDateTime> times = new EnumMap<>(OrderEvent.class);
        private OrderStatus after;
        private @Nullable CancelReason reason;
        private @Nullable String note;

        Move(String orderNo, OrderStatus before) {
            this.orderNo = orderNo;
            this.before = before;
            this.after = before;
        }

        void to(
                OrderStatus status,
                OrderEvent event,
                @Nullable CancelReason why,
                @Nullable String what,
                OffsetDateTime now) {
            after = status;
            times.put(event, now);
            reason = why == null ? reason : why;
            note = what == null ? note : what;
        }
    }

    private static final class Made implements LastWrites.Collected {

        private final Map<String, Move> moves = new LinkedHashMap<>();

        @Override
        public Write write() {
            List<Move> all = List.copyOf(moves.values());
            return all.size() == 1 ? writeOne(all.get(0)) : writeAll(all);
        }
    }
}
