package dev.orderflow.order;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command that starts an order. Amounts are integers in the minor unit of {@code currency} (ISO 4217). */
public record PlaceOrder(
        Customer customer,
        Address shipTo,
        String currency,
        List<Line> lines,
        long shipping,
        long tax,
        long discount,
        long total,
        String paymentMethod) {

    /** Who buys. The name, the e-mail address and the phone number are personal data and go to {@code order_contact} alone. */
    public record Customer(
            String id,
            String name,
            @Nullable String email,
            @Nullable String phone) {}

    /** One position; the same sku may stand in several. */
    public record Line(String sku, String title, int quantity, long unitPrice) {}
}
