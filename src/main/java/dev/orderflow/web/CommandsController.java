package dev.orderflow.web;

import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.Inbox;
import dev.orderflow.messaging.Message;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.messaging.MessageWatch;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.security.SourcePolicy;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.security.Principal;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The HTTP door for messages: the same format, inbox and answers as the queue, and the answer at once. */
@RestController
@Tag(name = "Commands", description = "What can be told to an order")
class CommandsController {

    static final String CLOUD_EVENT = "application/cloudevents+json";

    private final MessageReader reader;
    private final Inbox inbox;
    private final SourcePolicy policy;
    private final MessageWatch watch;

    CommandsController(MessageReader reader, Inbox inbox, SourcePolicy policy, MessageWatch watch) {
        this.reader = reader;
        this.inbox = inbox;
        this.policy = policy;
        this.watch = watch;
    }

    @PostMapping(
            path = "/api/commands",
            consumes = {CLOUD_EVENT, "application/json"})
    @Operation(summary = "Send one message")
    ResponseEntity<Answer> take(HttpServletRequest request, Authentication sender) throws IOException {
        Message message = read(body(request));
        if (!policy.maySend(sender, message.type().wireName())) {
            throw forbidden("Your groups may not send " + message.type().wireName());
        }
        if (!policy.allows(sender, message.source())) {
            throw forbidden("You may not speak for this source; the configuration names yours");
        }
        Answer answer = inbox.receive(message, actor(sender));
        return ResponseEntity.status(status(answer)).body(answer);
    }

    private Message read(byte[] body) {
        try {
            return reader.read(body);
        } catch (BrokenRule broken) {
            watch.broken(MessageWatch.Door.HTTP);
            throw broken;
        }
    }

    static String actor(Principal sender) {
        return "http:" + sender.getName();
    }

    static HttpStatus status(Answer answer) {
        return switch (answer.outcome()) {
            case APPLIED, DUPLICATE -> HttpStatus.OK;
            case PARKED -> HttpStatus.ACCEPTED;
            case REFUSED -> HttpStatus.CONFLICT;
        };
    }

    /** Reads no more than a message may be long, whatever the request says of its length or does not say. */
    private static byte[] body(HttpServletRequest request) throws IOException {
        if (request.getContentLengthLong() > MessageReader.MAX_BYTES) {
            throw tooLarge();
        }
        byte[] body = request.getInputStream().readNBytes(MessageReader.MAX_BYTES + 1);
        if (body.length > MessageReader.MAX_BYTES) {
            throw tooLarge();
        }
        return body;
    }

    private static ErrorResponseException tooLarge() {
        return problem(
                HttpStatus.PAYLOAD_TOO_LARGE,
                "A message may have " + MessageReader.MAX_BYTES + " bytes at most; send a shorter one");
    }

    private static ErrorResponseException forbidden(String why) {
        return problem(HttpStatus.FORBIDDEN, why);
    }

    private static ErrorResponseException problem(HttpStatus status, String detail) {
        return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }
}
