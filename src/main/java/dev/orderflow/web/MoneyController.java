package dev.orderflow.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows finance the money that needs them: refunds, and payments nobody could assign. */
@RestController
@RequestMapping(path = "/api", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Money", description = "Refunds and payments that wait")
class MoneyController {

    private final OrderReads orders;

    MoneyController(OrderReads orders) {
        this.orders = orders;
    }

    @GetMapping("/refunds/{refundId}")
    @Operation(summary = "One refund and the payment it gives back")
    OrderView.RefundView refund(@PathVariable String refundId) {
        return orders.refund(refundId).orElseThrow(() -> new NotThere("There is no refund with this id"));
    }

    @GetMapping("/payments/unassigned")
    @Operation(summary = "Payments that wait for their order or for finance, the oldest 200")
    List<OrderView.Payment> unassigned(@RequestParam(required = false) @Nullable String orderNo) {
        return orders.unassigned(orderNo);
    }
}
