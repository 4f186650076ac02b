package dev.orderflow.messaging;

import java.time.Instant;
import java.util.UUID;

/** A dead letter that waits to be published. */
record OutgoingDeadLetter(UUID id, byte[] body, String reason, Instant receivedAt) {}
