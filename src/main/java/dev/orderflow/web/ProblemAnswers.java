package dev.orderflow.web;

import dev.orderflow.messaging.Outages;
import dev.orderflow.messaging.Unreadable;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.BrokenRule.Violation;
import dev.orderflow.order.OrderExists;
import dev.orderflow.retention.StillRunning;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Every failure as {@code application/problem+json}: in words that help the sender, and without a word about our inside. What is
 * our own fault gets a reference under which the log has the rest.
 */
@RestControllerAdvice
class ProblemAnswers extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAnswers.class);
    private static final String RETRY_AFTER_SECONDS = "1";

    private final Outages outages;

    ProblemAnswers(Outages outages) {
        this.outages = outages;
    }

    @ExceptionHandler
    ProblemDetail unreadable(Unreadable failure) {
        return broken(HttpStatus.BAD_REQUEST, "The message cannot be read", failure.violations());
    }

    @ExceptionHandler
    ProblemDetail broken(BrokenRule failure) {
        return broken(HttpStatus.UNPROCESSABLE_ENTITY, "The message breaks a rule", failure.violations());
    }

    @ExceptionHandler
    ProblemDetail badQuery(BadQuery failure) {
        return badQuery(failure.parameter(), String.valueOf(failure.getMessage()));
    }

    @ExceptionHandler
    ProblemDetail exists(OrderExists failure) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, failure.getMessage());
    }

    @ExceptionHandler
    ProblemDetail stillRunning(StillRunning failure) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, failure.getMessage());
        problem.setProperty("orders", failure.orders());
        return problem;
    }

    @ExceptionHandler
    ProblemDetail notThere(NotThere failure) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, failure.getMessage());
    }

    /** Spring Security answers these itself, further out. */
    @ExceptionHandler({AccessDeniedException.class, AuthenticationException.class})
    void security(RuntimeException refusal) {
        throw refusal;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> other(Exception failure) {
        boolean passing = outages.passes(failure);
        HttpStatus status = passing ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.INTERNAL_SERVER_ERROR;
        String reference = UUID.randomUUID().toString();
        if (passing) {
            // In an outage every request fails; one line for each is enough.
            LOG.warn("Answered {} under the reference {}: {}", status.value(), reference, failure.toString());
        } else {
            LOG.error("Answered {} under the reference {}", status.value(), reference, failure);
        }
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                status,
                passing
                        ? "This cannot be done just now; send it again, nothing is done twice"
                        : "This is our fault; tell us the reference");
        problem.setProperty("reference", reference);
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(status);
        if (passing) {
            answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return answer.body(problem);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String parameter =
                failure instanceof MethodArgumentTypeMismatchException argument ? argument.getName() : "parameter";
        ProblemDetail problem = badQuery(parameter, "cannot be used; send " + wanted(failure.getRequiredType()));
        return handleExceptionInternal(failure, problem, headers, status, request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
            NoResourceFoundException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, "There is nothing here");
        return handleExceptionInternal(failure, problem, headers, status, request);
    }

    private static ProblemDetail badQuery(String parameter, String message) {
        return broken(HttpStatus.BAD_REQUEST, "The query cannot be used", List.of(new Violation(parameter, message)));
    }

    private static ProblemDetail broken(HttpStatus status, String title, List<Violation> violations) {
        ProblemDetail problem = ProblemDetail.forStatus(status);
        problem.setTitle(title);
        problem.setDetail(
                violations.size() == 1 ? violations.get(0).toString() : violations.size() + " fields are broken");
        problem.setProperty("errors", violations);
        return problem;
    }

    private static String wanted(@Nullable Class<?> type) {
        if (type != null && type.isEnum()) {
            return "one of " + List.of(type.getEnumConstants());
        }
        if (type == Instant.class) {
            return "a time such as 2026-11-22T10:00:00Z";
        }
        return type == UUID.class ? "a UUID" : "a whole number";
    }
}
