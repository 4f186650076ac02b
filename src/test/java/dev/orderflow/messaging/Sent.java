package dev.orderflow.messaging;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Messages as others send them, each with an identity of its own: a shop, a payment provider, a warehouse. */
final class Sent {

    /** What every order here costs. */
    static final long TOTAL = 5990;

    private Sent() {}

    static String orderNo() {
        return "T-" + UUID.randomUUID();
    }

    static byte[] stock(String sku, int onHand) {
        return message("/wms/main", "StockAdjusted", sku, """
                {"onHand": %d, "countedAt": "2026-01-01T00:00:00Z"}""".formatted(onHand));
    }

    static byte[] placeOrder(@Nullable String orderNo, String sku) {
        return message("/shop/web", "PlaceOrder", orderNo, """
                {"customer": {"id": "c-17", "name": "Ana Souza"},
                 "shipTo": {"name": "Ana Souza", "country": "BR", "city": "São Paulo", "street": "Avenida Paulista 1000"},
                 "currency": "BRL", "lines": [{"sku": "%s", "title": "Teapot", "quantity": 1, "unitPrice": %d}],
                 "shipping": 0, "tax": 0, "discount": 0, "total": %d, "paymentMethod": "BANK_CARD"}""".formatted(sku, TOTAL, TOTAL));
    }

    static byte[] payment(String orderNo) {
        return message("/psp/adyen", "PaymentCaptured", orderNo, """
                {"paymentId": "%s", "provider": "adyen", "method": "BANK_CARD", "amount": %d, "currency": "BRL",
                 "paidAt": "2026-01-01T00:00:00Z"}""".formatted(UUID.randomUUID(), TOTAL));
    }

    static byte[] shipment(String orderNo) {
        return message("/wms/main", "ShipOrder", orderNo, """
                {"carrier": "CORREIOS", "trackingNumber": "QB1"}""");
    }

    static byte[] receipt(String orderNo) {
        return message("/shop/web", "ConfirmReceipt", orderNo, "{}");
    }

    static byte[] cancellation(String orderNo) {
        return message("/shop/web", "CancelOrder", orderNo, "{\"reason\": \"CUSTOMER\"}");
    }

    private static byte[] message(String source, String type, @Nullable String subject, String data) {
        return """
                {"specversion": "1.0", "id": "%s", "source": "%s", "type": "%s", %s"data": %s}""".formatted(
                        UUID.randomUUID(),
                        source,
                        type,
                        subject == null ? "" : "\"subject\": \"" + subject + "\", ",
                        data)
                .getBytes(StandardCharsets.UTF_8);
    }
}
