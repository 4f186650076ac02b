package dev.orderflow.messaging;

import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.messaging.MessageWatch.Door;
import dev.orderflow.order.Actor;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.Order;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.Orders;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What becomes of the messages that wait for an order: applied or refused when it has moved, dead-lettered when they waited in vain.
 * Each in a transaction of its own that first locks the order, so any number of nodes may try at once.
 */
@Component
class ParkedMessages {

    private static final Logger LOG = LoggerFactory.getLogger(ParkedMessages.class);

    private final ParkedRows rows;
    private final Inbox inbox;
    private final MessageReader reader;
    private final Orders orders;
    private final DeadLetters deadLetters;
    private final Refusals refusals;
    private final FreshTransactions transactions;
    private final Outages outages;
    private final MessageWatch watch;

    ParkedMessages(
            ParkedRows rows,
            Inbox inbox,
            MessageReader reader,
            Orders orders,
            DeadLetters deadLetters,
            Refusals refusals,
            FreshTransactions transactions,
            Outages outages,
            MessageWatch watch) {
        this.rows = rows;
        this.inbox = inbox;
        this.reader = reader;
        this.orders = orders;
        this.deadLetters = deadLetters;
        this.refusals = refusals;
        this.transactions = transactions;
        this.outages = outages;
        this.watch = watch;
    }

    /** Tries the order's messages in the order of arrival, and from the beginning again whenever one is done with. */
    void apply(String orderNo) {
        @Nullable ParkedRow tried = null;
        Optional<ParkedRow> next = rows.next(orderNo, null);
        while (next.isPresent()) {
            tried = isDone(next.get()) ? null : next.get();
            next = rows.next(orderNo, tried);
        }
        transactions.run(() -> {
            orders.lock(orderNo);
            orders.forgetPark(orderNo);
            return orderNo;
        });
    }

    /** Dead-letters the message if it still waits. */
    void expire(ParkedRow row) {
        giveUp(row, "waited in vain: " + row.reason());
    }

    private boolean isDone(ParkedRow row) {
        try {
            Message message = reader.read(row.bytes());
            return watch.over(message, Door.PARKING, () -> transactions.run(() -> tryAgain(row, message)))
                            .outcome()
                    != Outcome.PARKED;
        } catch (BrokenRule broken) {
            giveUp(row, broken.getMessage());
            return true;
        } catch (RuntimeException failure) {
            if (outages.passes(failure)) {
                throw failure; // the next look finds it again
            }
            LOG.error("message {} of {} fails and waits for the next move", row.messageId(), row.source(), failure);
            rows.noteTried(row);
            return false;
        }
    }

    private Answer tryAgain(ParkedRow row, Message message) {
        orders.lock(row.orderNo());
        return rows.lock(row)
                ? Actor.as(row.actor(), () -> inbox.revise(message))
                : Answer.parked(row.orderNo(), null, "somebody else is at it");
    }

    private void giveUp(ParkedRow row, String reason) {
        transactions.run(() -> {
            Optional<Order> order = orders.lock(row.orderNo());
            if (rows.lock(row)) {
                OrderStatus status = order.map(Order::status).orElse(null);
                rows.refuse(row, status, reason);
                deadLetters.keep(row.bytes(), reason);
                if (status != null) {
                    refusals.record(row.orderNo(), status, row.type(), row.source(), row.messageId(), reason);
                }
            }
            return row;
        });
    }
}
