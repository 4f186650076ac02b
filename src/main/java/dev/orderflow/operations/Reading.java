package dev.orderflow.operations;

import dev.orderflow.messaging.Backlog;
import dev.orderflow.order.OrderStatus;
import java.time.Duration;
import java.util.Map;

/**
 * What the database said when it was last asked.
 *
 * @param orders how many orders are in each status that is not the last one; finished ones only grow, so they are not counted
 * @param overdueTimers that are due, can still run, and have not
 * @param overdue how late the latest of them is
 * @param incidents jobs of the engine that failed too often and wait for a person
 * @param unassignedPayments captured money that waits for its order or for finance
 */
record Reading(
        Map<OrderStatus, Long> orders,
        Backlog.Lag backlog,
        long overdueTimers,
        Duration overdue,
        long incidents,
        long unassignedPayments) {}
