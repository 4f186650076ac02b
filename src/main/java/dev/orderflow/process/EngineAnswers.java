package dev.orderflow.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.IllegalTransition;
import dev.orderflow.order.OrderExists;
import dev.orderflow.security.BodyTooLarge;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.SuspendedEntityInteractionException;
import org.camunda.bpm.engine.TaskAlreadyClaimedException;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.rest.exception.ExceptionHandlerHelper;
import org.camunda.bpm.engine.rest.exception.JsonMappingExceptionHandler;
import org.camunda.bpm.engine.rest.exception.JsonParseExceptionHandler;
import org.camunda.bpm.engine.rest.exception.ProcessEngineExceptionHandler;
import org.camunda.bpm.engine.rest.exception.RestException;
import org.camunda.bpm.engine.rest.exception.RestExceptionHandler;
import org.camunda.bpm.engine.rest.impl.CamundaRestResources;
import org.springframework.http.HttpStatus;

/**
 * What the engine's API says where somebody asked for something that cannot be: 4xx with every reason in
 * {@code application/problem+json}, and nothing in the log, as it is no failure of ours. {@code message} repeats the reason for
 * the engine's own clients, Tasklist among them, which read no other field. What else goes wrong is answered in the engine's form.
 */
final class EngineAnswers {

    private static final Set<Class<?>> REPLACED = Set.of(
            JsonParseExceptionHandler.class,
            JsonMappingExceptionHandler.class,
            ProcessEngineExceptionHandler.class,
            RestExceptionHandler.class);

    private static final Set<Class<?>> OURS = Set.of(
            Broken.class,
            Exists.class,
            TooLateOrEarly.class,
            FromEngine.class,
            FromRest.class,
            Forbidden.class,
            NotJson.class,
            TooLarge.class);

    private EngineAnswers() {}

    /** Goes into the engine's own list: the web applications' copy of the API is made from it and cannot be changed otherwise. */
    static void register() {
        Set<Class<?>> everywhere = CamundaRestResources.getConfigurationClasses();
        everywhere.removeAll(REPLACED);
        everywhere.addAll(OURS);
    }

    static Response problem(HttpStatus status, String detail, String message, Map<String, ?> more) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", status.getReasonPhrase());
        problem.put("status", status.value());
        problem.put("detail", detail);
        problem.put("message", message);
        problem.putAll(more);
        return Response.status(status.value())
                .type("application/problem+json")
                .entity(problem)
                .build();
    }

    private static Response problem(HttpStatus status, String detail) {
        return problem(status, detail, detail, Map.of());
    }

    private static String reason(Throwable e) {
        return Objects.requireNonNullElse(e.getMessage(), "");
    }

    /** The failure as an answer that helps, or else in the engine's form and, where it is one of ours, in the log. */
    private static Response answer(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BrokenRule broken) {
                return broken(broken);
            }
            if (cause instanceof OrderExists || cause instanceof IllegalTransition) {
                return problem(HttpStatus.CONFLICT, reason(cause));
            }
            if (cause instanceof OptimisticLockingException) {
                return problem(
                        HttpStatus.CONFLICT, "Somebody else was faster; look again and repeat if it still applies");
            }
            if (cause instanceof TaskAlreadyClaimedException) {
                return problem(HttpStatus.CONFLICT, "Somebody else has claimed this task");
            }
            if (cause instanceof SuspendedEntityInteractionException) {
                return problem(
                        HttpStatus.CONFLICT,
                        "This is suspended until an administrator resumes it",
                        reason(cause),
                        Map.of());
            }
            if (cause instanceof NullValueException) {
                return problem(
                        HttpStatus.NOT_FOUND,
                        "This is not there, or no more: somebody may have finished it",
                        reason(cause),
                        Map.of());
            }
        }
        return ExceptionHandlerHelper.getInstance().getResponse(failure);
    }

    private static Response broken(BrokenRule e) {
        return problem(
                HttpStatus.UNPROCESSABLE_ENTITY,
                "The message breaks a rule",
                reason(e),
                Map.of("errors", e.violations()));
    }

    private static Response tooLarge(BodyTooLarge e) {
        return problem(
                HttpStatus.PAYLOAD_TOO_LARGE,
                Objects.requireNonNullElse(e.getBody().getDetail(), ""));
    }

    static final class Broken implements ExceptionMapper<BrokenRule> {
        @Override
        public Response toResponse(BrokenRule e) {
            return answer(e);
        }
    }

    static final class Exists implements ExceptionMapper<OrderExists> {
        @Override
        public Response toResponse(OrderExists e) {
            return answer(e);
        }
    }

    static final class TooLateOrEarly implements ExceptionMapper<IllegalTransition> {
        @Override
        public Response toResponse(IllegalTransition e) {
            return answer(e);
        }
    }

    static final class FromEngine implements ExceptionMapper<ProcessEngineException> {
        @Override
        public Response toResponse(ProcessEngineException e) {
            return answer(e);
        }
    }

    /** What the API itself makes of whatever fails while a task is claimed or completed. */
    static final class FromRest implements ExceptionMapper<RestException> {
        @Override
        public Response toResponse(RestException e) {
            return answer(e);
        }
    }

    static final class Forbidden implements ExceptionMapper<GuardedExpressions.ForbiddenExpression> {
        @Override
        public Response toResponse(GuardedExpressions.ForbiddenExpression e) {
            return problem(HttpStatus.BAD_REQUEST, reason(e));
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
                            + (where == null ? "" : ", line " + where.getLineNr() + ", column " + where.getColumnNr()));
        }
    }

    static final class TooLarge implements ExceptionMapper<BodyTooLarge> {
        @Override
        public Response toResponse(BodyTooLarge e) {
            return tooLarge(e);
        }
    }
}
