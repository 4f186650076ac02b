package dev.orderflow.messaging;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a message that could not be taken in; its bytes stay out of lists, for they may hold personal data.
 *
 * @param size of the original message, in bytes
 * @param resolvedAt when it was taken in after all, or put away; null while somebody should look at it
 * @param retryResult what the last retry came to; null where nobody has tried
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeadLetter(
        UUID id,
        String reason,
        int size,
        Instant receivedAt,
        @Nullable Instant publishedAt,
        @Nullable Instant retriedAt,
        @Nullable String retryResult,
        @Nullable Instant resolvedAt) {}
