package dev.orderflow.review;

import org.jspecify.annotations.Nullable;

/** The buyer's opinion of order and service: one to five, with or without words. */
public record SubmitReview(int rating, @Nullable String comment) {}
