package dev.orderflow.messaging;

import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** An event of the timeline that waits to be published. {@code data} is JSON text. */
record OutgoingEvent(
        long id,
        String subject,
        long sequence,
        String type,
        String data,
        OffsetDateTime happenedAt,
        @Nullable String traceparent) {}
