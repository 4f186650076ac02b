package dev.orderflow.messaging;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;

/** How an event looks on the wire: a CloudEvents 1.0 object in structured mode, and a routing key. */
final class EventFormat {

    static final String CONTENT_TYPE = "application/cloudevents+json";

    private static final URI SOURCE = URI.create("/orderflow");
    private static final JsonFormat JSON = new JsonFormat();
    private static final Map<String, String> ROUTING_KEYS = new ConcurrentHashMap<>();

    private EventFormat() {}

    static Message message(OutgoingEvent event) {
        CloudEventBuilder wire = CloudEventBuilder.v1()
                .withSource(SOURCE)
                .withId(event.subject() + "/" + event.sequence())
                .withType(event.type())
                .withSubject(event.subject())
                .withTime(event.happenedAt())
                .withExtension("sequence", Math.toIntExact(event.sequence())) // a CloudEvents Integer has 32 bits
                .withData("application/json", event.data().getBytes(StandardCharsets.UTF_8));
        if (event.traceparent() != null) {
            wire.withExtension("traceparent", event.traceparent());
        }
        byte[] body = JSON.serialize(wire.build());
        return MessageBuilder.withBody(body)
                .setContentType(CONTENT_TYPE)
                .setDeliveryMode(MessageDeliveryMode.PERSISTENT)
                .build();
    }

    /** {@code OrderPlaced} goes out under {@code order.placed}. */
    static String routingKey(String type) {
        return ROUTING_KEYS.computeIfAbsent(
                type, t -> t.replaceAll("(?<=.)([A-Z])", ".$1").toLowerCase(Locale.ROOT));
    }
}
