package dev.orderflow.order;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.ResourceHolderSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What the current transaction has locked, as it stands: nobody else can change it before the transaction ends, so it need not be
 * read a second time.
 */
final class HeldOrders {

    private HeldOrders() {}

    static Optional<Order> find(String orderNo) {
        Held held = (Held) TransactionSynchronizationManager.getResource(HeldOrders.class);
        return held == null ? Optional.empty() : Optional.ofNullable(held.orders.get(orderNo));
    }

    static void put(Order order) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            return; // a lock outside a transaction holds nothing
        }
        Held held = (Held) TransactionSynchronizationManager.getResource(HeldOrders.class);
        if (held == null) {
            held = new Held();
            TransactionSynchronizationManager.bindResource(HeldOrders.class, held);
            TransactionSynchronizationManager.registerSynchronization(
                    new ResourceHolderSynchronization<>(held, HeldOrders.class) {});
        }
        held.orders.put(order.orderNo(), order);
    }

    private static final class Held extends ResourceHolderSupport {
        private final Map<String, Order> orders = new HashMap<>();
    }
}
