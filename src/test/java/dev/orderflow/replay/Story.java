package dev.orderflow.replay;

import dev.orderflow.replay.OlistOrder.Payment;
import dev.orderflow.replay.OlistOrder.Review;
import dev.orderflow.replay.Step.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the world around us sent, told from the data: every message at the time the data gives it, in whatever order that is. */
final class Story {

    /** The data has no confirmations: a buyer opens the parcel, then confirms. */
    private static final Duration UNPACKING = Duration.ofMinutes(10);

    /** The data does not say when an order was cancelled: a day after the last that is known of it. */
    private static final Duration SECOND_THOUGHTS = Duration.ofDays(1);

    /** How long a payment provider takes to give money back. */
    private static final Duration SETTLEMENT = Duration.ofDays(1);

    private Story() {}

    /** Exactly what all orders together need, counted before the first of them. */
    static List<Step> stock(List<OlistOrder> orders) {
        Map<String, Long> pieces = new TreeMap<>();
        Instant first = Instant.MAX;
        for (OlistOrder order : orders) {
            order.items().forEach(item -> pieces.merge(item.product(), 1L, Long::sum));
            first = Stream.of(first, order.purchased(), order.shipped() == null ? first : order.shipped())
                    .min(Instant::compareTo)
                    .orElseThrow();
        }
        Instant counted = first.minus(Duration.ofDays(1));
        return pieces.entrySet().stream()
                .map(sku -> Step.of(
                        counted,
                        Type.STOCK_ADJUSTED,
                        sku.getKey(),
                        sku.getKey(),
                        Map.of("onHand", sku.getValue(), "countedAt", counted.toString())))
                .toList();
    }

    /** The life of one order, in time order. */
    static List<Step> of(OlistOrder order) {
        List<Step> steps = new ArrayList<>();
        steps.add(step(order.purchased(), Type.PLACE_ORDER, order, placing(order)));
        if (order.approved() != null) {
            for (Payment payment : order.payments()) {
                steps.add(captured(order.approved(), order, payment));
            }
        }
        if (order.shipped() != null) {
            steps.add(step(order.shipped(), Type.SHIP_ORDER, order, shipping(order, order.shipped())));
        }
        if (order.delivered() != null) {
            steps.add(step(
                    order.delivered(),
                    Type.SHIPMENT_DELIVERED,
                    order,
                    Map.of(
                            "trackingNumber",
                            parcel(order),
                            "deliveredAt",
                            order.delivered().toString())));
        }
        if (order.isDelivered() && order.delivered() != null) {
            Instant received = order.delivered().plus(UNPACKING);
            steps.add(step(received, Type.CONFIRM_RECEIPT, order, Map.of("receivedAt", received.toString())));
        }
        for (Review review : order.reviews()) {
            steps.add(Step.of(
                    review.answered(),
                    Type.SUBMIT_REVIEW,
                    order.id() + "-" + review.id(),
                    order.id(),
                    opinion(review)));
        }
        if (order.isCancelled()) {
            steps.add(step(lastKnown(order).plus(SECOND_THOUGHTS), Type.CANCEL_ORDER, order, cancelling(order)));
        }
        return steps.stream().sorted().toList();
    }

    /** The provider's answer to a request for a refund. */
    static Step settled(Instant requested, String orderNo, String refundId) {
        return Step.of(
                requested.plus(SETTLEMENT),
                Type.REFUND_SETTLED,
                refundId,
                orderNo,
                Map.of("refundId", refundId, "providerReference", "olist-" + refundId));
    }

    private static Step step(Instant at, Type type, OlistOrder order, Map<String, ?> data) {
        return Step.of(at, type, order.id(), order.id(), data);
    }

    private static Map<String, ?> placing(OlistOrder order) {
        OlistOrder.Customer customer = order.customer();
        String name = "Customer "
                + customer.id().substring(0, Math.min(8, customer.id().length()));
        List<Map<String, ?>> lines = order.lines().entrySet().stream()
                .<Map<String, ?>>map(line -> Map.of(
                        "sku",
                        line.getKey().product(),
                        "title",
                        title(line.getKey().category()),
                        "quantity",
                        line.getValue(),
                        "unitPrice",
                        line.getKey().price()))
                .toList();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("customer", Map.of("id", customer.id(), "name", name));
        data.put(
                "shipTo",
                Map.of(
                        "name",
                        name,
                        "country",
                        "BR",
                        "region",
                        customer.state(),
                        "city",
                        customer.city(),
                        "postcode",
                        customer.postcode(),
                        "street",
                        "not in the data"));
        data.put("currency", "BRL");
        data.put("lines", lines);
        data.put("shipping", order.freight());
        data.put("tax", 0);
        data.put("discount", 0);
        data.put("total", order.total());
        data.put("paymentMethod", order.method());
        return data;
    }

    private static String title(String category) {
        return category.isEmpty() ? "produto" : category.replace('_', ' ');
    }

    private static Step captured(Instant at, OlistOrder order, Payment payment) {
        String id = order.id() + "-" + payment.sequence();
        return Step.of(
                at,
                Type.PAYMENT_CAPTURED,
                id,
                order.id(),
                Map.of(
                        "paymentId",
                        id,
                        "provider",
                        "olist",
                        "method",
                        OlistOrder.method(payment),
                        "amount",
                        payment.amount(),
                        "currency",
                        "BRL",
                        "paidAt",
                        at.toString()));
    }

    private static Map<String, ?> shipping(OlistOrder order, Instant shipped) {
        return Map.of("carrier", "olist", "trackingNumber", parcel(order), "shippedAt", shipped.toString());
    }

    private static String parcel(OlistOrder order) {
        return ("OL" + order.id().substring(0, Math.min(12, order.id().length()))).toUpperCase(Locale.ROOT);
    }

    private static Map<String, ?> opinion(Review review) {
        String comment = Stream.of(review.title(), review.message())
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .reduce((title, message) -> title + "\n" + message)
                .orElse("");
        return comment.isEmpty()
                ? Map.of("rating", review.score())
                : Map.of("rating", review.score(), "comment", comment);
    }

    private static Map<String, ?> cancelling(OlistOrder order) {
        return order.status().equals("canceled")
                ? Map.of("reason", "CUSTOMER")
                : Map.of("reason", "OPERATOR", "note", "unavailable");
    }

    /** Reviews aside, which come at any time. */
    private static Instant lastKnown(OlistOrder order) {
        return Stream.of(order.purchased(), order.approved(), order.shipped(), order.delivered())
                .filter(java.util.Objects::nonNull)
                .max(Instant::compareTo)
                .orElseThrow();
    }
}
