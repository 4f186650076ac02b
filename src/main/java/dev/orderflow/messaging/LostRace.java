package dev.orderflow.messaging;

/**
 * Tells whether a failure only means that somebody else was faster: the transaction was rolled back, and another one will see the
 * new state. Every bean of this type is asked; whoever knows a store's or an engine's own exceptions supplies one.
 */
@FunctionalInterface
public interface LostRace {

    /** @param failure the failure or one of its causes; the caller walks the chain */
    boolean test(Throwable failure);
}
