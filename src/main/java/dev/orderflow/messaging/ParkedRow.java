package dev.orderflow.messaging;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;

/** A message that waits in the inbox. */
record ParkedRow(
        String source,
        String messageId,
        String type,
        String orderNo,
        String reason,
        String body,
        String actor,
        OffsetDateTime receivedAt) {

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
