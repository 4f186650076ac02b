package dev.orderflow.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One message that the outside world sends at a certain time.
 *
 * @param id unique over all sources
 * @param subject the order number, or the sku
 * @param body the CloudEvents object as JSON
 */
record Step(Instant at, Type type, String id, String subject, byte[] body) implements Comparable<Step> {

    /** Who sends what; at the same second in this order. */
    enum Type {
        STOCK_ADJUSTED("StockAdjusted", "/wms/olist"),
        PLACE_ORDER("PlaceOrder", "/shop/olist"),
        PAYMENT_CAPTURED("PaymentCaptured", "/psp/olist"),
        SHIP_ORDER("ShipOrder", "/wms/olist"),
        SHIPMENT_DELIVERED("ShipmentDelivered", "/carrier/olist"),
        CONFIRM_RECEIPT("ConfirmReceipt", "/shop/olist"),
        SUBMIT_REVIEW("SubmitReview", "/shop/olist"),
        CANCEL_ORDER("CancelOrder", "/shop/olist"),
        REFUND_SETTLED("RefundSettled", "/psp/olist");

        private final String wireName;
        private final String source;

        Type(String wireName, String source) {
            this.wireName = wireName;
            this.source = source;
        }

        String source() {
            return source;
        }

        static Type named(String wireName) {
            return Arrays.stream(values())
                    .filter(type -> type.wireName.equals(wireName))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("nobody sends " + wireName));
        }

        @Override
        public String toString() {
            return wireName;
        }
    }

    private static final JsonMapper JSON = new JsonMapper();
    private static final Comparator<Step> IN_TIME =
            Comparator.comparing(Step::at).thenComparing(Step::type).thenComparing(Step::id);

    /** @param key what tells it from the others of its type */
    static Step of(Instant at, Type type, String key, String subject, Map<String, ?> data) {
        String id = type + "-" + key;
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("specversion", "1.0");
        message.put("id", id);
        message.put("source", type.source());
        message.put("type", type.toString());
        message.put("subject", subject);
        message.put("time", at.toString());
        message.put("datacontenttype", "application/json");
        message.put("data", data);
        try {
            return new Step(at, type, id, subject, JSON.writeValueAsBytes(message));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON can be made of " + id, e);
        }
    }

    @Override
    public int compareTo(Step other) {
        return IN_TIME.compare(this, other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Step step && step.id.equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return at + " " + id;
    }
}
