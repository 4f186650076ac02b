package dev.orderflow.replay;

import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is odd about an order of the data; the rules of the order process say what comes of it. */
enum Oddity {
    NO_ITEMS("no items: refused as a broken rule", order -> order.items().isEmpty()),
    NEVER_APPROVED("payment never approved: no money comes", order -> order.approved() == null),
    UNDERPAID(
            "paid less than items and freight cost",
            order -> !order.items().isEmpty() && order.approved() != null && order.paid() < order.total()),
    OVERPAID("paid more: the rest goes back", order -> !order.items().isEmpty() && order.paid() > order.total()),
    SEVERAL_PAYMENTS("paid in several parts", order -> order.payments().size() > 1),
    SHIPPED_BEFORE_PLACED("shipped before it was placed", order -> before(order.shipped(), order.purchased())),
    SHIPPED_BEFORE_PAID("shipped before it was paid", order -> before(order.shipped(), order.approved())),
    DELIVERED_BEFORE_PAID("delivered before it was paid", order -> before(order.delivered(), order.approved())),
    DELIVERED_BEFORE_SHIPPED("delivered before it was shipped", order -> before(order.delivered(), order.shipped())),
    DELIVERED_UNSHIPPED(
            "delivered, but never handed to the carrier",
            order -> order.delivered() != null && order.shipped() == null),
    UNDATED_DELIVERY("called delivered without a date", order -> order.isDelivered() && order.delivered() == null),
    CANCELLED_AFTER_SHIPPING(
            "cancelled after shipping: too late", order -> order.isCancelled() && order.shipped() != null),
    REVIEWED_BEFORE_DELIVERED(
            "reviewed before it was delivered",
            order -> order.reviews().stream().anyMatch(review -> before(review.answered(), order.delivered()))),
    REVIEWED_UNDELIVERED(
            "reviewed, but never delivered",
            order -> order.delivered() == null && !order.reviews().isEmpty()),
    SEVERAL_REVIEWS("reviewed more than once", order -> order.reviews().size() > 1),
    NO_REVIEW("never reviewed", order -> order.reviews().isEmpty()),
    SEVERAL_SELLERS(
            "bought from several sellers: here one parcel",
            order -> order.items().stream()
                            .map(OlistOrder.Item::seller)
                            .distinct()
                            .count()
                    > 1);

    private final String words;
    private final Predicate<OlistOrder> holds;

    Oddity(String words, Predicate<OlistOrder> holds) {
        this.words = words;
        this.holds = holds;
    }

    boolean holds(OlistOrder order) {
        return holds.test(order);
    }

    private static boolean before(@Nullable Instant one, @Nullable Instant other) {
        return one != null && other != null && one.isBefore(other);
    }

    @Override
    public String toString() {
        return words;
    }
}
