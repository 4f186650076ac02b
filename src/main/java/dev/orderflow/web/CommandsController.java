package dev.orderflow.web;

import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.Inbox;
import dev.orderflow.messaging.MessageReader;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.security.Principal;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
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

    CommandsController(MessageReader reader, Inbox inbox) {
        this.reader = reader;
        this.inbox = inbox;
    }

    @PostMapping(
            path = "/api/commands",
            consumes = {CLOUD_EVENT, "application/json"})
    @Operation(summary = "Send one message")
    ResponseEntity<Answer> take(HttpServletRequest request, Principal sender) throws IOException {
        Answer answer = inbox.receive(reader.read(body(request)), actor(sender));
        return ResponseEntity.status(status(answer)).body(answer);
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
        HttpStatus status = HttpStatus.PAYLOAD_TOO_LARGE;
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(
                status, "A message may have " + MessageReader.MAX_BYTES + " bytes at most; send a shorter one");
        return new ErrorResponseException(status, problem, null);
    }
}
