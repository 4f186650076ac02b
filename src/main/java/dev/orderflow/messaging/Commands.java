package dev.orderflow.messaging;

/** The way from a message to the order and its process. Called inside the transaction that takes the message in. */
public interface Commands {

    /**
     * Applies the message, or says why it waits or is refused. Exceptions roll everything back.
     *
     * @throws dev.orderflow.order.BrokenRule if the message breaks a rule that only the database can tell
     */
    Answer handle(Message message);
}
