package dev.orderflow.messaging;

import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.messaging.MessageWatch.Door;
import dev.orderflow.order.Actor;
import dev.orderflow.order.Orders;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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

    /**
     * Takes these messages in, each about another order, by one transaction: all of them, or none and an exception; then each is to be
     * received by itself. What was taken in before is answered DUPLICATE.
     */
    List<Answer> receiveTogether(List<Message> messages, Function<Message, String> actor) {
        long start = System.nanoTime();
        List<Answer> answers = transactions.once(() -> takeInTogether(messages, actor));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        for (int i = 0; i < messages.size(); i++) {
            watch.done(messages.get(i), Door.QUEUE, answers.get(i), took);
        }
        return answers;
    }

    private List<Answer> takeInTogether(List<Message> messages, Function<Message, String> actor) {
        Map<Message, Answer> known = rows.findAll(messages);
        List<Message> unknown =
                messages.stream().filter(message -> !known.containsKey(message)).toList();
        List<Answer> answers = commands.together(
                unknown,
                () -> unknown.stream()
                        .map(message ->
                                watch.within(message, () -> Actor.as(actor.apply(message), () -> decide(message))))
                        .toList());
        for (int i = 0; i < unknown.size(); i++) {
            rows.insert(new InboxRows.Taken(unknown.get(i), answers.get(i), actor.apply(unknown.get(i))));
        }
        Iterator<Answer> next = answers.iterator();
        return messages.stream()
                .map(message -> known.containsKey(message) ? twin(known.get(message)) : next.next())
                .toList();
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
        return commands.atOnce(() -> {
            Answer answer = decide(message);
            rows.insert(new InboxRows.Taken(message, answer, actor));
            return answer;
        });
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
        return rows.find(message).map(Inbox::twin);
    }

    private static Answer twin(Answer first) {
        return new Answer(Outcome.DUPLICATE, first.orderNo(), first.status(), first.reason());
    }
}
