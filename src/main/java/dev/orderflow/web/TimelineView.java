package dev.orderflow.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to an order: when, what, who and why.
 *
 * @param next the sequence to ask after for more; null at the end
 */
record TimelineView(
        String orderNo, List<Event> events, @Nullable Long next) {

    record Event(
            long sequence,
            String type,
            Instant time,
            String actor,
            JsonNode data,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String reason) {}
}
