package dev.orderflow.messaging;

import java.time.Duration;
import java.util.function.Supplier;

/** Who looks on while messages are taken in: counts and times them, names them in the log, follows their traces. Changes nothing. */
public interface MessageWatch {

    /**
     * Does the work and looks on, around all of its attempts and outside of its transactions.
     *
     * @param door which way the message came in
     */
    Answer over(Message message, Door door, Supplier<Answer> work);

    /** Does a part of the work for the message, inside a transaction that others share: names it and follows its trace. */
    Answer within(Message message, Supplier<Answer> work);

    /** The shared transaction has committed; it took so long. */
    void done(Message message, Door door, Answer answer, Duration took);

    /** Names the message in whatever the work writes to the log. */
    void naming(Message message, Runnable work);

    /** A message was not taken in because it cannot be read, or breaks a rule that the message alone tells. */
    void broken(Door door);

    /** Published inside the transaction that took a command in through {@link Door#ENGINE}. */
    record TakenByEngine(CommandType type) {}

    /** The ways in. PARKING is the second way of a message that waited here; ENGINE is the engine's own REST API and its tasks. */
    enum Door {
        QUEUE,
        HTTP,
        PARKING,
        RETRY,
        ENGINE;

        /** The door in the name of who came through it, such as {@code http:shop}. */
        static Door of(String actor) {
            return actor.startsWith("http:") ? HTTP : QUEUE;
        }
    }
}
