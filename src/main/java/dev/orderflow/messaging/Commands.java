package dev.orderflow.messaging;

import java.util.List;
import java.util.function.Supplier;

/** The way from a message to the order and its process. Called inside the transaction that takes the message in. */
public interface Commands {

    /**
     * Applies the message, or says why it waits or is refused. Exceptions roll everything back.
     *
     * @throws dev.orderflow.order.BrokenRule if the message breaks a rule that only the database can tell
     */
    Answer handle(Message message);

    /** Does work so that all that the engine has to write is written at the end of it, and with it what the work writes last. */
    <T> T atOnce(Supplier<T> work);

    /**
     * Does work that handles these messages, each about another order, so that what they have in common is done once: orders and stock
     * are locked beforehand in one order, read together, and written together at the end.
     */
    <T> T together(List<Message> messages, Supplier<T> work);
}
