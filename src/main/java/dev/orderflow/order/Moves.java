package dev.orderflow.order;

import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.ResourceHolderSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * How far the current transaction has moved the orders it holds. All moves are written together, right before it commits, so that an
 * order that moves twice, or that moves with others, costs one statement. Until then {@link HeldOrders} knows where they stand and
 * nobody else can.
 */
@Component
class Moves {

    private static final List<OrderEvent> EVENTS = Arrays.stream(OrderEvent.values())
            .filter(event -> event != OrderEvent.PLACED)
            .toList();

    private static final String WRITE_ALL =
            """
            update orders o set status = m.after, cancel_reason = coalesce(m.reason, o.cancel_reason), %s
            from unnest(:orderNos::text[], :before::text[], :after::text[], :reasons::text[], %s)
                 as m (order_no, before, after, reason, %s)
            where o.order_no = any (:orderNos::text[]) and o.order_no = m.order_no and o.status = m.before
            """.formatted(columns("%1$s = coalesce(m.%1$s, o.%1$s)"), columns(":%s::timestamptz[]"), columns("%s"));

    private static final String NOTE = "update order_contact set cancel_note = :note where order_no = :orderNo";

    private final JdbcClient jdbc;

    Moves(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Moves an order that the current transaction has locked. */
    void add(
            Order before,
            OrderStatus after,
            OrderEvent event,
            @Nullable CancelReason reason,
            @Nullable String note,
            OffsetDateTime now) {
        Pending pending = (Pending) TransactionSynchronizationManager.getResource(this);
        if (pending == null) {
            pending = new Pending();
            // First of the two: it refuses to work outside a transaction.
            TransactionSynchronizationManager.registerSynchronization(new WriteBeforeCommit(pending));
            TransactionSynchronizationManager.bindResource(this, pending);
        }
        pending.moves
                .computeIfAbsent(before.orderNo(), orderNo -> new Move(orderNo, before.status()))
                .to(after, event, reason, note, now);
    }

    private void write(List<Move> moves) {
        StatementSpec statement = moves.size() == 1 ? writeOne(moves.get(0)) : writeAll(moves);
        int written = statement.update();
        if (written != moves.size()) {
            throw new IllegalStateException(written + " of " + moves.size()
                    + " orders were still where this transaction, which has them locked, found them");
        }
    }

    private StatementSpec writeOne(Move move) {
        String times = move.times.keySet().stream()
                .map(event -> ", %1$s = :%1$s".formatted(event.timeColumn()))
                .collect(Collectors.joining());
        String reason = move.reason == null ? "" : ", cancel_reason = :reason";
        StatementSpec statement = jdbc.sql((move.note == null ? "" : "with noted as (" + NOTE + ") ")
                        + "update orders set status = :after" + reason + times
                        + " where order_no = :orderNo and status = :before")
                .param("orderNo", move.orderNo)
                .param("before", move.before.name())
                .param("after", move.after.name());
        if (move.reason != null) {
            statement.param("reason", move.reason.name());
        }
        if (move.note != null) {
            statement.param("note", move.note);
        }
        move.times.forEach((event, time) -> statement.param(event.timeColumn(), time));
        return statement;
    }

    private StatementSpec writeAll(List<Move> moves) {
        moves.stream()
                .filter(move -> move.note != null)
                .forEach(move -> jdbc.sql(NOTE)
                        .param("note", move.note)
                        .param("orderNo", move.orderNo)
                        .update());
        StatementSpec statement = jdbc.sql(WRITE_ALL)
                .param("orderNos", column(moves, move -> move.orderNo))
                .param("before", column(moves, move -> move.before.name()))
                .param("after", column(moves, move -> move.after.name()))
                .param("reasons", column(moves, move -> move.reason == null ? null : move.reason.name()));
        for (OrderEvent event : EVENTS) {
            statement.param(event.timeColumn(), column(moves, move -> {
                OffsetDateTime time = move.times.get(event);
                return time == null ? null : time.toString();
            }));
        }
        return statement;
    }

    private static String columns(String pattern) {
        return EVENTS.stream()
                .map(event -> pattern.formatted(event.timeColumn()))
                .collect(Collectors.joining(", "));
    }

    private static String[] column(List<Move> moves, Function<Move, @Nullable String> value) {
        return moves.stream().map(value).toArray(String[]::new);
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

    private static final class Pending extends ResourceHolderSupport {
        private final Map<String, Move> moves = new LinkedHashMap<>();
    }

    private final class WriteBeforeCommit extends ResourceHolderSynchronization<Pending, Moves> {

        private final Pending pending;

        WriteBeforeCommit(Pending pending) {
            super(pending, Moves.this);
            this.pending = pending;
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            if (!pending.moves.isEmpty()) {
                write(List.copyOf(pending.moves.values()));
                pending.moves.clear();
            }
        }
    }
}
