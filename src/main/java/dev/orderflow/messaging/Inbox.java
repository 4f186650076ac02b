package dev.orderflow.messaging;

import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.messaging.MessageWatch.Door;
import dev.orderflow.order.Actor;
import dev.orderflow.order.Orders;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The one door for messages, whichever way they came: one message, one transaction, exactly once. The row that makes a message
 * known is written last, with its outcome, so that the common case costs a single statement; a twin that finds the row there rolls
 * back whatever it did and answers what the first was answered.
 */
@Component
public class Inbox {

    private final Commands commands;
    private final InboxRows rows;
    private final Orders orders;
    private final Refusals refusals;
    private final FreshTransactions transactions;
    private final MessageWatch watch;

    Inbox(
            Commands commands,
            InboxRows rows,
            Orders orders,
            Refusals refusals,
            FreshTransactions transactions,
            MessageWatch watch) {
        this.commands = commands;
        this.rows = rows;
        this.orders = orders;
        this.refusals = refusals;
        this.transactions = transactions;
        this.watch = watch;
    }

    /**
     * Takes the message in, or answers DUPLICATE with what its twin was answered.
     *
     * @param actor who sent it and through which door, such as {@code queue:/shop/web} or {@code http:shop}
     * @throws dev.orderflow.order.BrokenRule if it breaks a rule that only the database can tell; then nothing has happened
     */
    public Answer receive(Message message, String actor) {
        return watch.over(message, Door.of(actor), () -> once(message, actor));
    }

    private Answer once(Message message, String actor) {
        try {
            return Actor.as(actor, () -> transactions.run(() -> takeIn(message, actor)));
        } catch (RuntimeException failure) {
            // Whatever failed, it may have failed because a twin was faster; then the twin's answer is the answer.
            return duplicate(message).orElseThrow(() -> failure);
        }
    }

    /** Takes the message in once more if it was refused, such as one that waited in vain; else as {@link #receive}. */
    public Answer receiveAgain(Message message, String actor) {
        return watch.over(message, Door.RETRY, () -> {
            Optional<Answer> revised = Actor.as(
                    actor,
                    () -> transactions.run(
                            () -> rows.lockRefused(message) ? Optional.of(revise(message)) : Optional.empty()));
            return revised.orElseGet(() -> once(message, actor));
        });
    }

    private Answer takeIn(Message message, String actor) {
        Answer answer = decide(message);
        if (!rows.insert(message, answer, actor)) {
            throw new KnownAlready(message);
        }
        return answer;
    }

    /** Handles a message again, inside a transaction that has locked its row. */
    Answer revise(Message message) {
        Answer answer = decide(message);
        rows.update(message, answer);
        return answer;
    }

    /** Asks the order and does what the answer means for it. */
    private Answer decide(Message message) {
        Answer answer = commands.handle(message);
        if (answer.outcome() == Outcome.PARKED && answer.status() != null) {
            orders.notePark(answer.orderNo());
        }
        if (answer.outcome() == Outcome.REFUSED && answer.status() != null) {
            refusals.record(
                    answer.orderNo(),
                    answer.status(),
                    message.type().wireName(),
                    message.source(),
                    message.id(),
                    answer.reason());
        }
        return answer;
    }

    private Optional<Answer> duplicate(Message message) {
        return rows.find(message)
                .map(first -> new Answer(Outcome.DUPLICATE, first.orderNo(), first.status(), first.reason()));
    }

    /** Rolls back the work of the later twin. */
    private static final class KnownAlready extends RuntimeException {

        private static final long serialVersionUID = 1L;

        KnownAlready(Message message) {
            super("message " + message.id() + " of " + message.source() + " was taken in before", null, false, false);
        }
    }
}
