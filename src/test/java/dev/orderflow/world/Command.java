package dev.orderflow.world;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A message as a system outside sends it. Amounts are in cents of {@link #CURRENCY}; every piece costs {@link #PRICE}. */
public record Command(String id, String source, String type, String subject, Map<String, Object> data) {

    public static final String CURRENCY = "EUR";
    public static final long PRICE = 1_000;
    public static final long SHIPPING = 500;
    public static final String TRACKING_NUMBER = "QB123456789BR";

    private static final JsonMapper JSON = new JsonMapper();

    /** An order for so many pieces of one sku. */
    public static Command placeOrder(String orderNo, String sku, int quantity) {
        return placeOrder(orderNo, Map.of(sku, quantity));
    }

    /** An order for so many pieces of each sku. */
    public static Command placeOrder(String orderNo, Map<String, Integer> quantities) {
        List<Map<String, Object>> lines = quantities.entrySet().stream()
                .map(line -> Map.<String, Object>of(
                        "sku",
                        line.getKey(),
                        "title",
                        "Green tea, 100 g",
                        "quantity",
                        line.getValue(),
                        "unitPrice",
                        PRICE))
                .toList();
        int pieces = quantities.values().stream().mapToInt(Integer::intValue).sum();
        return of(
                "PlaceOrder",
                "/shop/web",
                orderNo,
                "customer",
                Map.of("id", "c-17", "name", "Ana Souza", "email", "ana@example.com", "phone", "+55 11 5550 0100"),
                "shipTo",
                Map.of("name", "Ana Souza", "country", "BR", "city", "São Paulo", "street", "Avenida Paulista 1000"),
                "currency",
                CURRENCY,
                "lines",
                lines,
                "shipping",
                SHIPPING,
                "tax",
                0,
                "discount",
                0,
                "total",
                total(pieces),
                "paymentMethod",
                "BANK_CARD");
    }

    /** What an order for so many pieces costs. */
    public static long total(int pieces) {
        return pieces * PRICE + SHIPPING;
    }

    public static Command paymentCaptured(String orderNo, long amount) {
        return of(
                "PaymentCaptured",
                "/psp/adyen",
                orderNo,
                "paymentId",
                "pi_" + UUID.randomUUID(),
                "provider",
                "adyen",
                "method",
                "BANK_CARD",
                "amount",
                amount,
                "currency",
                CURRENCY,
                "paidAt",
                "2026-11-22T10:01:30Z");
    }

    public static Command paymentFailed(String orderNo) {
        return of(
                "PaymentFailed",
                "/psp/adyen",
                orderNo,
                "paymentId",
                "pi_" + UUID.randomUUID(),
                "provider",
                "adyen",
                "method",
                "BANK_CARD",
                "reason",
                "card declined");
    }

    public static Command cancelOrder(String orderNo) {
        return of("CancelOrder", "/shop/web", orderNo, "reason", "CUSTOMER", "note", "ordered twice");
    }

    public static Command shipOrder(String orderNo) {
        return of("ShipOrder", "/wms/main", orderNo, "carrier", "CORREIOS", "trackingNumber", TRACKING_NUMBER);
    }

    public static Command shipmentDelivered(String orderNo) {
        return of(
                "ShipmentDelivered",
                "/carrier/correios",
                orderNo,
                "trackingNumber",
                TRACKING_NUMBER,
                "deliveredAt",
                "2026-11-26T14:05:00Z");
    }

    public static Command confirmReceipt(String orderNo) {
        return of("ConfirmReceipt", "/shop/web", orderNo, "receivedAt", "2026-11-27T09:00:00Z");
    }

    public static Command submitReview(String orderNo) {
        return of("SubmitReview", "/shop/web", orderNo, "rating", 5, "comment", "Came early.");
    }

    public static Command refundSettled(String orderNo, String refundId) {
        return of("RefundSettled", "/psp/adyen", orderNo, "refundId", refundId, "providerReference", "re_81");
    }

    public static Command refundFailed(String orderNo, String refundId) {
        return of("RefundFailed", "/psp/adyen", orderNo, "refundId", refundId, "reason", "account closed");
    }

    public static Command stockAdjusted(String sku, long onHand, Instant countedAt) {
        return of("StockAdjusted", "/wms/main", sku, "onHand", onHand, "countedAt", countedAt.toString());
    }

    private static Command of(String type, String source, String subject, Object... data) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < data.length; i += 2) {
            fields.put((String) data[i], data[i + 1]);
        }
        return new Command(UUID.randomUUID().toString(), source, type, subject, fields);
    }

    /** The same message with another value in one field of its data. */
    public Command with(String field, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(data);
        changed.put(field, value);
        return new Command(id, source, type, subject, changed);
    }

    /** The same data in a message of its own, as a sender makes who has forgotten the first one. */
    public Command again() {
        return new Command(UUID.randomUUID().toString(), source, type, subject, data);
    }

    /** A field of the data that is text. */
    public String text(String field) {
        return (String) data.get(field);
    }

    /** The whole message as a CloudEvents object in structured mode. */
    public String json() {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", id);
        event.put("source", source);
        event.put("type", type);
        event.put("subject", subject);
        event.put("time", "2026-11-22T10:00:00Z");
        event.put("datacontenttype", "application/json");
        event.put("data", data);
        return write(event);
    }

    public byte[] bytes() {
        return json().getBytes(StandardCharsets.UTF_8);
    }

    /** The data alone, as it goes through the engine's REST API. */
    public String dataJson() {
        return write(data);
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
