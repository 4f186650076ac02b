package dev.orderflow.payment;

import java.util.HashSet;
import java.util.Set;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.ResourceHolderSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The orders whose total the current transaction has found captured, under their lock: until it gives money back itself, or ends, that
 * stays so and need not be asked a second time.
 */
final class CoveredOrders {

    private CoveredOrders() {}

    static boolean has(String orderNo) {
        Covered covered = (Covered) TransactionSynchronizationManager.getResource(CoveredOrders.class);
        return covered != null && covered.orders.contains(orderNo);
    }

    static void put(String orderNo) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            return; // without a transaction there is no lock either
        }
        Covered covered = (Covered) TransactionSynchronizationManager.getResource(CoveredOrders.class);
        if (covered == null) {
            covered = new Covered();
            TransactionSynchronizationManager.bindResource(CoveredOrders.class, covered);
            TransactionSynchronizationManager.registerSynchronization(
                    new ResourceHolderSynchronization<>(covered, CoveredOrders.class) {});
        }
        covered.orders.add(orderNo);
    }

    /** Money goes back: whatever was found before has to be found again. */
    static void forget() {
        Covered covered = (Covered) TransactionSynchronizationManager.getResource(CoveredOrders.class);
        if (covered != null) {
            covered.orders.clear();
        }
    }

    private static final class Covered extends ResourceHolderSupport {
        private final Set<String> orders = new HashSet<>();
    }
}
