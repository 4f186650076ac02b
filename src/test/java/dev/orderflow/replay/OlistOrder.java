package dev.orderflow.replay;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One order of the data with all that belongs to it. Money is in centavos; the data's local times are read as UTC.
 *
 * @param status what the data calls the order in the end, such as {@code delivered}
 */
record OlistOrder(
        String id,
        Customer customer,
        String status,
        Instant purchased,
        @Nullable Instant approved,
        @Nullable Instant shipped,
        @Nullable Instant delivered,
        List<Item> items,
        List<Payment> payments,
        List<Review> reviews) {

    /** Everything the data tells of a buyer: a number and roughly where. */
    record Customer(String id, String postcode, String city, String state) {}

    /** One piece. */
    record Item(String product, String category, String seller, long price, long freight) {}

    /** One of the payments of an order; {@code type} as in the data, such as {@code credit_card}. */
    record Payment(int sequence, String type, long amount) {}

    /** An answer to the questionnaire that follows a purchase. */
    record Review(String id, int score, String title, String message, Instant answered) {}

    /** Pieces of one product at one price. */
    record Line(String product, String category, long price) {}

    OlistOrder {
        payments = payments.stream()
                .sorted(Comparator.comparingInt(Payment::sequence))
                .toList();
        reviews =
                reviews.stream().sorted(Comparator.comparing(Review::answered)).toList();
    }

    boolean isDelivered() {
        return status.equals("delivered");
    }

    boolean isCancelled() {
        return status.equals("canceled") || status.equals("unavailable");
    }

    /** How many pieces of what. */
    Map<Line, Long> lines() {
        Function<Item, Line> line = item -> new Line(item.product(), item.category(), item.price());
        return items.stream().collect(Collectors.groupingBy(line, java.util.LinkedHashMap::new, Collectors.counting()));
    }

    long freight() {
        return items.stream().mapToLong(Item::freight).sum();
    }

    long total() {
        return items.stream().mapToLong(Item::price).sum() + freight();
    }

    long paid() {
        return payments.stream().mapToLong(Payment::amount).sum();
    }

    /** The method the buyer chose first, in the words of the contract. */
    String method() {
        return payments.isEmpty() ? "UNKNOWN" : method(payments.get(0));
    }

    static String method(Payment payment) {
        return switch (payment.type()) {
            case "credit_card" -> "BANK_CARD";
            default -> payment.type().toUpperCase(java.util.Locale.ROOT);
        };
    }
}
