package dev.orderflow.order;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who acts in the current transaction, and through which door: {@code queue:/shop/web}, {@code http:shop}, {@code rest:wendy},
 * {@code timer}. Set by the door for the time of one unit of work, read by the timeline.
 */
public final class Actor {

    private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

    private Actor() {}

    public static <T> T as(String actor, Supplier<T> work) {
        String outer = CURRENT.get();
        CURRENT.set(actor);
        try {
            return work.get();
        } finally {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }

    /** The actor, or null where no door has set one: then the engine's own entry (REST, Tasklist, timer) is the door. */
    public static @Nullable String current() {
        return CURRENT.get();
    }
}
