package dev.orderflow.web;

import dev.orderflow.order.OrderStatus;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows orders to shops, people and their task forms. */
@RestController
@RequestMapping(path = "/api/orders", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Orders", description = "What is known of orders")
class OrdersController {

    private static final int MAX_EVENTS = 1000;

    private final OrderReads orders;

    OrdersController(OrderReads orders) {
        this.orders = orders;
    }

    @GetMapping
    @Operation(
            summary = "Orders, newest first",
            description =
                    "Filters combine; orderNo may come more than once. placedFrom is inclusive, placedTo exclusive. For the next page send the same"
                            + " filters with the cursor that came as \"next\".")
    OrderPage list(
            @RequestParam(required = false, defaultValue = "") List<String> orderNo,
            @RequestParam(required = false) @Nullable OrderStatus status,
            @RequestParam(required = false) @Nullable String customer,
            @RequestParam(required = false) @Nullable String sku,
            @RequestParam(required = false) @Nullable Instant placedFrom,
            @RequestParam(required = false) @Nullable Instant placedTo,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "50") int limit) {
        return orders.list(new OrderFilter(
                orderNo, status, customer, sku, placedFrom, placedTo, OrderFilter.Cursor.read(cursor), limit));
    }

    @GetMapping("/{orderNo}")
    @Operation(summary = "One order with its lines, contact, money, parcel and review")
    OrderView one(@PathVariable String orderNo) {
        return orders.find(orderNo).orElseThrow(() -> new NotThere("There is no order with this number"));
    }

    @GetMapping("/{orderNo}/events")
    @Operation(
            summary = "The order's timeline: when, what, who and why",
            description =
                    "Also of a number whose order is not there yet, if something happened to it, such as a payment.")
    TimelineView events(
            @PathVariable String orderNo,
            @RequestParam(defaultValue = "0") long after,
            @RequestParam(defaultValue = "" + MAX_EVENTS) int limit) {
        if (limit < 1 || limit > MAX_EVENTS) {
            throw new BadQuery("limit", "is " + limit + "; send a whole number from 1 to " + MAX_EVENTS);
        }
        TimelineView timeline = orders.timeline(orderNo, after, limit);
        if (timeline.events().isEmpty() && after <= 0) {
            throw new NotThere("Nothing has happened to an order with this number");
        }
        return timeline;
    }
}
