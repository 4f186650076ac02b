package dev.orderflow.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.IllegalTransition;
import dev.orderflow.order.OrderExists;
import dev.orderflow.security.BodyTooLarge;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.lang.annotation.Annotation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.rest.dto.ExceptionDto;
import org.camunda.bpm.engine.rest.exception.JsonMappingExceptionHandler;
import org.camunda.bpm.engine.rest.exception.JsonParseExceptionHandler;
import org.camunda.bpm.engine.rest.impl.CamundaRestResources;
import org.camunda.bpm.spring.boot.starter.rest.CamundaJerseyResourceConfig;
import org.glassfish.jersey.jackson.JacksonFeature;
import org.glassfish.jersey.server.ServerProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * The engine's REST API, answering like ours where a message or a task breaks a rule of the orders: 4xx with every reason in
 * {@code application/problem+json}. What else goes wrong is answered in the engine's own form, for its own clients.
 */
@Component
@ApplicationPath("/engine-rest")
class EngineRest extends CamundaJerseyResourceConfig {

    @Override
    protected void registerCamundaRestResources() {
        registerClasses(CamundaRestResources.getResourceClasses());
        CamundaRestResources.getConfigurationClasses().stream()
                .filter(type -> type != JsonParseExceptionHandler.class && type != JsonMappingExceptionHandler.class)
                .forEach(this::register);
        register(JacksonFeature.withoutExceptionMappers());
    }

    @Override
    protected void registerAdditionalResources() {
        register(Broken.class);
        register(Exists.class);
        register(TooLateOrEarly.class);
        register(Raced.class);
        register(Forbidden.class);
        register(NotJson.class);
        register(TooLarge.class);
        register(NothingOfOurInside.class);
        // Nobody needs the engine's resources described in a form of 2009.
        property(ServerProperties.WADL_FEATURE_DISABLE, true);
    }

    private static Response problem(HttpStatus status, String detail, Map<String, ?> more) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", status.getReasonPhrase());
        problem.put("status", status.value());
        problem.put("detail", detail);
        problem.putAll(more);
        return Response.status(status.value())
                .type("application/problem+json")
                .entity(problem)
                .build();
    }

    private static Response problem(HttpStatus status, Throwable e) {
        return problem(status, Objects.requireNonNullElse(e.getMessage(), status.getReasonPhrase()), Map.of());
    }

    static final class Broken implements ExceptionMapper<BrokenRule> {
        @Override
        public Response toResponse(BrokenRule e) {
            return problem(
                    HttpStatus.UNPROCESSABLE_ENTITY, "The message breaks a rule", Map.of("errors", e.violations()));
        }
    }

    static final class Exists implements ExceptionMapper<OrderExists> {
        @Override
        public Response toResponse(OrderExists e) {
            return problem(HttpStatus.CONFLICT, e);
        }
    }

    static final class TooLateOrEarly implements ExceptionMapper<IllegalTransition> {
        @Override
        public Response toResponse(IllegalTransition e) {
            return problem(HttpStatus.CONFLICT, e);
        }
    }

    static final class Raced implements ExceptionMapper<OptimisticLockingException> {
        @Override
        public Response toResponse(OptimisticLockingException e) {
            return problem(
                    HttpStatus.CONFLICT,
                    "Somebody else was faster; look again and repeat if it still applies",
                    Map.of());
        }
    }

    static final class Forbidden implements ExceptionMapper<GuardedExpressions.ForbiddenExpression> {
        @Override
        public Response toResponse(GuardedExpressions.ForbiddenExpression e) {
            return problem(HttpStatus.BAD_REQUEST, e);
        }
    }

    static final class NotJson implements ExceptionMapper<JsonProcessingException> {
        @Override
        public Response toResponse(JsonProcessingException e) {
            if (e.getCause() instanceof BodyTooLarge tooLarge) {
                return tooLarge(tooLarge);
            }
            var where = e.getLocation();
            return problem(
                    HttpStatus.BAD_REQUEST,
                    "The body is not the JSON expected here"
                            + (where == null ? "" : ", line " + where.getLineNr() + ", column " + where.getColumnNr()),
                    Map.of());
        }
    }

    static final class TooLarge implements ExceptionMapper<BodyTooLarge> {
        @Override
        public Response toResponse(BodyTooLarge e) {
            return tooLarge(e);
        }
    }

    /** What the engine says of its own: without the names of its classes, and where the fault is ours, without its reasons. */
    static final class NothingOfOurInside implements ContainerResponseFilter {

        private static final Logger LOG = LoggerFactory.getLogger(NothingOfOurInside.class);
        private static final Pattern CLASS_NAME = Pattern.compile("\\b(?:[a-z]\\w*\\.){2,}[A-Z][\\w$]*(?:: )?");

        @Override
        public void filter(ContainerRequestContext request, ContainerResponseContext response) {
            if (!(response.getEntity() instanceof ExceptionDto failure)) {
                return;
            }
            if (response.getStatus() < HttpStatus.INTERNAL_SERVER_ERROR.value()) {
                String words = Objects.requireNonNullElse(failure.getMessage(), "");
                failure.setMessage(CLASS_NAME.matcher(words).replaceAll(""));
                return;
            }
            String reference = UUID.randomUUID().toString();
            LOG.warn(
                    "Answered {} {} with {} under the reference {}: {} {}",
                    request.getMethod(),
                    request.getUriInfo().getPath(),
                    response.getStatus(),
                    reference,
                    failure.getType(),
                    failure.getMessage());
            Response told = problem(
                    HttpStatus.INTERNAL_SERVER_ERROR,
                    "The engine cannot do this; if you think it should, tell us the reference",
                    Map.of("reference", reference));
            response.setEntity(told.getEntity(), new Annotation[0], told.getMediaType());
        }
    }

    private static Response tooLarge(BodyTooLarge e) {
        return problem(
                HttpStatus.PAYLOAD_TOO_LARGE,
                Objects.requireNonNullElse(e.getBody().getDetail(), ""),
                Map.of());
    }
}
