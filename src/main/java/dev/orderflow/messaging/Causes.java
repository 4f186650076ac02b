package dev.orderflow.messaging;

import java.util.stream.Stream;

/** A failure and everything that caused it. */
final class Causes {

    private static final int DEEPEST = 32; // chains can be circular

    private Causes() {}

    static Stream<Throwable> of(Throwable failure) {
        return Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(DEEPEST);
    }

    /** Where it began. */
    static Throwable root(Throwable failure) {
        return of(failure).reduce((outer, cause) -> cause).orElse(failure);
    }
}
