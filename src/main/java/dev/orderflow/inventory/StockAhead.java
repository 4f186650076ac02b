package dev.orderflow.inventory;

import dev.orderflow.inventory.Inventory.LineChange;
import dev.orderflow.inventory.Inventory.Wanted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.ResourceHolderSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What the current transaction did to stock in the round trip that locked or placed an order, ahead of the step of the process that is
 * about it. Where that step does not come, the transaction cannot commit: nobody would have told of the pieces.
 */
final class StockAhead {

    private StockAhead() {}

    static void putReserved(String orderNo, List<Wanted> wanted) {
        mine().reserved.put(orderNo, wanted);
    }

    static Optional<List<Wanted>> takeReserved(String orderNo) {
        return take(orderNo, ahead -> ahead.reserved);
    }

    /** An order that holds nothing has nothing to tell. */
    static void putDeducted(String orderNo, List<LineChange> deducted) {
        if (!deducted.isEmpty()) {
            mine().deducted.put(orderNo, deducted);
        }
    }

    static Optional<List<LineChange>> takeDeducted(String orderNo) {
        return take(orderNo, ahead -> ahead.deducted);
    }

    private static <T> Optional<T> take(String orderNo, Function<Ahead, Map<String, T>> kind) {
        Ahead ahead = current();
        return ahead == null
                ? Optional.empty()
                : Optional.ofNullable(kind.apply(ahead).remove(orderNo));
    }

    private static @Nullable Ahead current() {
        return (Ahead) TransactionSynchronizationManager.getResource(StockAhead.class);
    }

    private static Ahead mine() {
        Ahead ahead = current();
        if (ahead == null) {
            ahead = new Ahead();
            // First of the two: it refuses to work outside a transaction.
            TransactionSynchronizationManager.registerSynchronization(new AllTold(ahead));
            TransactionSynchronizationManager.bindResource(StockAhead.class, ahead);
        }
        return ahead;
    }

    private static final class Ahead extends ResourceHolderSupport {
        private final Map<String, List<Wanted>> reserved = new HashMap<>();
        private final Map<String, List<LineChange>> deducted = new HashMap<>();
    }

    private static final class AllTold extends ResourceHolderSynchronization<Ahead, Class<?>> {

        private final Ahead ahead;

        AllTold(Ahead ahead) {
            super(ahead, StockAhead.class);
            this.ahead = ahead;
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            if (!ahead.reserved.isEmpty() || !ahead.deducted.isEmpty()) {
                throw new IllegalStateException(
                        "pieces were reserved for " + ahead.reserved.keySet() + " or deducted for "
                                + ahead.deducted.keySet() + ", but no step of their processes came to it");
            }
        }
    }
}
