package dev.orderflow.retention;

import java.util.List;

/**
 * What was erased, and of how many of each.
 *
 * @param orders that had a buyer before and have none now
 * @param contacts names, addresses and the notes of those who cancelled
 * @param reviews whose words are gone; the stars stay
 * @param refundNotes what finance wrote
 * @param taskComments what people wrote to each other at tasks, and what they attached
 * @param parkedMessages that waited for these orders
 * @param deadLetters that spoke of the buyer
 */
public record Erased(
        List<String> orders,
        int contacts,
        int reviews,
        int refundNotes,
        int taskComments,
        int parkedMessages,
        int deadLetters) {}
