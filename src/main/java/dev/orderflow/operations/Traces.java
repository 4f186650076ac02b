package dev.orderflow.operations;

import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.Message;
import dev.orderflow.order.Traceparent;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Goes on with a message's trace: one span for taking it in, and its name with every event the work records. Where nobody collects
 * traces the sender's own is passed on as it came.
 */
@Component
class Traces {

    private final Tracer tracer;
    private final @Nullable Propagator propagator;

    Traces(Tracer tracer, ObjectProvider<Propagator> propagator) {
        this.tracer = tracer;
        this.propagator = propagator.getIfAvailable();
    }

    @SuppressWarnings("try") // the scope is there to be closed
    Answer follow(Message message, Supplier<Answer> work) {
        if (propagator == null) {
            return Traceparent.as(message.traceparent(), work);
        }
        Span span = begin(propagator, message);
        try (Tracer.SpanInScope scope = tracer.withSpan(span)) {
            Answer answer = Traceparent.as(write(span.context()), work);
            span.tag("orderflow.outcome", answer.outcome().name());
            return answer;
        } catch (RuntimeException failure) {
            span.error(failure);
            throw failure;
        } finally {
            span.end();
        }
    }

    /** Below the span the sender named, or else below the one that is open here, such as the HTTP request's. */
    private Span begin(Propagator propagator, Message message) {
        Span.Builder span = message.traceparent() == null
                ? tracer.spanBuilder()
                : propagator.extract(message, (m, field) -> field.equals("traceparent") ? m.traceparent() : null);
        span.name(message.type().wireName())
                .kind(Span.Kind.CONSUMER)
                .tag("messaging.message.id", message.id())
                .tag("orderflow.source", message.source());
        if (message.subject() != null) {
            span.tag("orderflow.subject", message.subject());
        }
        return span.start();
    }

    private static String write(TraceContext context) {
        String sampled = Boolean.TRUE.equals(context.sampled()) ? "01" : "00";
        return "00-" + context.traceId() + "-" + context.spanId() + "-" + sampled;
    }
}
