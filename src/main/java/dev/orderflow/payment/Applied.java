package dev.orderflow.payment;

import org.jspecify.annotations.Nullable;

/**
 * What a payment does to its order.
 *
 * @param paymentKey the ledger's own key of the payment; 0 for a duplicate
 * @param excess what has to go back, in the minor unit of the payment's currency
 * @param reason why it has to go back; null where nothing has
 */
public record Applied(
        long paymentKey,
        Effect effect,
        long excess,
        @Nullable RefundReason reason) {

    /** What the ledger says of a payment; only DUPLICATE is never stored. */
    public enum Effect {
        DUPLICATE,
        UNASSIGNED,
        COVERS,
        PARTIAL,
        EXCESS
    }
}
