package dev.orderflow.order;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The trace the current unit of work belongs to, as W3C Trace Context writes it ({@code 00-…-…-01}). Set by the door for the time of
 * the work, kept with every event the work records, so that whoever receives the event can go on with the trace.
 */
public final class Traceparent {

    private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

    private Traceparent() {}

    public static <T> T as(@Nullable String traceparent, Supplier<T> work) {
        String outer = CURRENT.get();
        set(traceparent);
        try {
            return work.get();
        } finally {
            set(outer);
        }
    }

    /** The trace, or null where nobody traces. */
    public static @Nullable String current() {
        return CURRENT.get();
    }

    private static void set(@Nullable String traceparent) {
        if (traceparent == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(traceparent);
        }
    }
}
