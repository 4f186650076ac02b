package dev.orderflow.crash;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** How an order's life goes, and how it must end. */
enum Story {
    SMOOTH(8, "COMPLETED", null),
    /** Nobody says that it arrived, nobody reviews: timers do. */
    FORGETFUL(4, "COMPLETED", null),
    /** Never paid. */
    UNPAID(4, "CANCELLED", "PAYMENT_OVERDUE"),
    /** Paid when it is too late; the money goes back. */
    LATE(1, "CANCELLED", "PAYMENT_OVERDUE"),
    /** Cancelled once the money is there. */
    REGRETTED(3, "CANCELLED", "CUSTOMER"),
    /** Cancelled before it is paid. */
    DROPPED(1, "CANCELLED", "CUSTOMER"),
    /** Paid twice; the second goes back. */
    TWICE(2, "COMPLETED", null),
    HALVES(2, "COMPLETED", null),
    /** The payment is told before the order. */
    EARLY(2, "COMPLETED", null),
    /** Shipped when the warehouse was reminded. */
    SLOW(1, "COMPLETED", null),
    /** Everything is told at once, in the wrong order, and waits for its time. */
    JUMBLED(2, "COMPLETED", null),
    /** More pieces than there are. */
    SOLD_OUT(1, "CANCELLED", "OUT_OF_STOCK");

    /** The payment method with the long timer, and the one with the short. */
    static final String PATIENT = "BANK_TRANSFER";

    static final String HASTY = "BANK_CARD";

    private final int weight;
    private final String end;
    private final String reason;

    Story(int weight, String end, @org.jspecify.annotations.Nullable String reason) {
        this.weight = weight;
        this.end = end;
        this.reason = String.valueOf(reason);
    }

    /** The same for the same seed: the stories of all orders to come, one after the other. */
    static List<Story> deck(Random random) {
        List<Story> deck = new ArrayList<>();
        Arrays.stream(values()).forEach(story -> deck.addAll(Collections.nCopies(story.weight, story)));
        Collections.shuffle(deck, random);
        return deck;
    }

    String end() {
        return end;
    }

    /** Why it is cancelled, or {@code null} as text. */
    String reason() {
        return reason;
    }

    String method() {
        return this == UNPAID || this == LATE ? HASTY : PATIENT;
    }

    /** How many payments the provider tells of. */
    int payments() {
        return switch (this) {
            case UNPAID, DROPPED, SOLD_OUT -> 0;
            case TWICE, HALVES -> 2;
            default -> 1;
        };
    }

    int refunds() {
        return switch (this) {
            case LATE, REGRETTED, TWICE -> 1;
            default -> 0;
        };
    }

    boolean isShipped() {
        return end.equals("COMPLETED");
    }

    /** Whether the buyer speaks after the shipment; a timer may be faster, and then what the buyer says is refused. */
    boolean isReviewed() {
        return isShipped() && this != FORGETFUL;
    }
}
