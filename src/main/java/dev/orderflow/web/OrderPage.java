package dev.orderflow.web;

import dev.orderflow.order.CancelReason;
import dev.orderflow.order.OrderStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Orders, newest first.
 *
 * @param next the cursor of the page that follows; null on the last one
 */
record OrderPage(List<Item> orders, @Nullable String next) {

    /** An order as a list shows it: no lines, only how many there are and how many pieces; no personal data. */
    record Item(
            String orderNo,
            OrderStatus status,
            String statusChinese,
            @Nullable CancelReason cancelReason,
            String customerId,
            String currency,
            long total,
            String paymentMethod,
            int lines,
            long pieces,
            OrderView.Times times) {}
}
