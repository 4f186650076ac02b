package dev.orderflow.order;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.ResourceHolderSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What the current transaction has locked, as it stands: nobody else can change it before the transaction ends, so it need not be
 * read or locked a second time. Orders by their row; what is not there by its number.
 */
final class HeldOrders {

    private HeldOrders() {}

    static Optional<Order> find(String orderNo) {
        Held held = current();
        return held == null ? Optional.empty() : Optional.ofNullable(held.orders.get(orderNo));
    }

    /** Whether the number is locked, and a look after that found no order: there is none before the transaction places it. */
    static boolean isAbsent(String orderNo) {
        Held held = current();
        return held != null && held.absent.contains(orderNo);
    }

    /** Whether the number is locked. */
    static boolean hasNumber(String orderNo) {
        Held held = current();
        return held != null && held.numbers.contains(orderNo);
    }

    /** Whether messages wait for the order's next status. */
    static boolean hasParked(String orderNo) {
        Held held = current();
        return held != null && held.parked.contains(orderNo);
    }

    static void put(Order order, boolean hasParked) {
        keep(held -> {
            held.orders.put(order.orderNo(), order);
            held.absent.remove(order.orderNo());
        });
        putParked(order.orderNo(), hasParked);
    }

    static void putParked(String orderNo, boolean hasParked) {
        keep(held -> {
            if (hasParked) {
                held.parked.add(orderNo);
            } else {
                held.parked.remove(orderNo);
            }
        });
    }

    static void putNumber(String orderNo) {
        keep(held -> held.numbers.add(orderNo));
    }

    static void putClaim(String orderNo, Orders.Placed written) {
        keep(held -> held.claims.put(orderNo, written));
    }

    /** What {@link Orders#claim} has written under the number, once. */
    static Optional<Orders.Placed> takeClaim(String orderNo) {
        Held held = current();
        return held == null ? Optional.empty() : Optional.ofNullable(held.claims.remove(orderNo));
    }

    static void putAbsent(String orderNo) {
        keep(held -> held.absent.add(orderNo));
    }

    private static void keep(Consumer<Held> what) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            return; // a lock outside a transaction holds nothing
        }
        Held held = current();
        if (held == null) {
            held = new Held();
            TransactionSynchronizationManager.bindResource(HeldOrders.class, held);
            TransactionSynchronizationManager.registerSynchronization(
                    new ResourceHolderSynchronization<>(held, HeldOrders.class) {});
        }
        what.accept(held);
    }

    private static @Nullable Held current() {
        return (Held) TransactionSynchronizationManager.getResource(HeldOrders.class);
    }

    private static final class Held extends ResourceHolderSupport {
        private final Map<String, Order> orders = new HashMap<>();
        private final Set<String> parked = new HashSet<>();
        private final Set<String> numbers = new HashSet<>();
        private final Map<String, Orders.Placed> claims = new HashMap<>();
        private final Set<String> absent = new HashSet<>();
    }
}
