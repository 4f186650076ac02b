package dev.orderflow.retention;

import java.time.Duration;
import java.time.Period;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * {@code orderflow.retention.*}. An age left empty keeps for ever.
 *
 * @param events how long a finished order's timeline is kept whole; after that, how it ended is kept
 * @param inbox how long a message is known again when it comes a second time
 * @param deadLetters how long a dead letter is kept after it was resolved
 * @param contact how long a finished order keeps its buyer's personal data
 * @param every how often somebody looks for what is old
 * @param batch how many rows are removed in one transaction
 * @param pause how long it rests between two of them
 */
@ConfigurationProperties("orderflow.retention")
record RetentionProperties(
        @Nullable Period events,
        @Nullable Period inbox,
        @Nullable Period deadLetters,
        @Nullable Period contact,
        Duration every,
        int batch,
        Duration pause) {}
