package dev.orderflow.messaging;

import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.order.Actor;
import dev.orderflow.order.Orders;
import dev.orderflow.order.Timeline;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.retry.support.RetryTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one door for messages, whichever way they came: one message, one transaction, exactly once. The row that makes a message
 * known is written last, with its outcome, so that the common case costs a single statement; a twin that finds the row there rolls
 * back whatever it did and answers what the first was answered.
 */
@Component
public class Inbox {

    private static final int ATTEMPTS = 5;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final Commands commands;
    private final InboxRows rows;
    private final Orders orders;
    private final Timeline timeline;
    private final TransactionTemplate transaction;
    private final RetryTemplate races;

    Inbox(
            Commands commands,
            InboxRows rows,
            Orders orders,
            Timeline timeline,
            LostRaces lostRaces,
            PlatformTransactionManager transactions) {
        this.commands = commands;
        this.rows = rows;
        this.orders = orders;
        this.timeline = timeline;
        // A lost race can only be tried again in a fresh transaction, so this never takes part in a caller's.
        this.transaction = new TransactionTemplate(transactions);
        this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.races = RetryTemplate.builder()
                .maxAttempts(ATTEMPTS)
                .uniformRandomBackoff(SHORTEST_PAUSE, LONGEST_PAUSE)
                .retryOn(lostRaces::lost)
                .build();
    }

    /**
     * Takes the message in, or answers DUPLICATE with what its twin was answered.
     *
     * @param actor who sent it and through which door, such as {@code queue:/shop/web} or {@code http:shop}
     * @throws dev.orderflow.order.BrokenRule if it breaks a rule that only the database can tell; then nothing has happened
     */
    public Answer receive(Message message, String actor) {
        return attempt(actor, () -> {
            try {
                return transaction.execute(status -> takeIn(message, actor));
            } catch (RuntimeException failure) {
                // Whatever failed, it may have failed because a twin was faster; then the twin's answer is the answer.
                return duplicate(message).orElseThrow(() -> failure);
            }
        });
    }

    /** Takes the message in once more if it was refused, such as one that waited in vain; else as {@link #receive}. */
    public Answer receiveAgain(Message message, String actor) {
        Optional<Answer> revised = attempt(
                actor,
                () -> transaction.execute(
                        status -> rows.lockRefused(message) ? Optional.of(revise(message)) : Optional.empty()));
        return revised.orElseGet(() -> receive(message, actor));
    }

    private <T> T attempt(String actor, Supplier<T> work) {
        return Actor.as(actor, () -> races.execute(attempt -> work.get()));
    }

    private Answer takeIn(Message message, String actor) {
        Answer answer = decide(message);
        if (!rows.insert(message, answer, actor)) {
            throw new KnownAlready(message);
        }
        return answer;
    }

    /** Handles a message again whose row is locked. */
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
            timeline.record(
                    answer.orderNo(),
                    "CommandRefused",
                    Map.of(
                            "status", answer.status(),
                            "type", message.type().wireName(),
                            "source", message.source(),
                            "messageId", message.id(),
                            "reason", answer.reason()));
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
