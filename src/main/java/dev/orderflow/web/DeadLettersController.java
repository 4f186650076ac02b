package dev.orderflow.web;

import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.DeadLetter;
import dev.orderflow.messaging.DeadLetters;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import java.util.List;
import java.util.UUID;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows operators the messages that could not be taken in, and takes one in again when its cause is mended. */
@RestController
@RequestMapping("/api/dead-letters")
@Tag(name = "Dead letters", description = "Messages that could not be taken in")
class DeadLettersController {

    private static final int MAX_LIMIT = 200;

    private final DeadLetters deadLetters;

    DeadLettersController(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "The newest dead letters and why they are dead")
    DeadLetterList list(@RequestParam(defaultValue = "50") int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new BadQuery("limit", "is " + limit + "; send a whole number from 1 to " + MAX_LIMIT);
        }
        return new DeadLetterList(deadLetters.list(limit));
    }

    /** Somebody else's bytes: a file to save, never a page to show. */
    @GetMapping(path = "/{id}", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Operation(summary = "The bytes of one dead letter, as they came")
    ResponseEntity<byte[]> body(@PathVariable UUID id) {
        byte[] body = deadLetters.body(id).orElseThrow(DeadLettersController::notThere);
        String file =
                ContentDisposition.attachment().filename(id + ".bin").build().toString();
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_DISPOSITION, file)
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(body);
    }

    @PostMapping("/{id}/retry")
    @Operation(
            summary = "Take one in again, as if it had just come",
            description = "Answers as POST /api/commands does.")
    ResponseEntity<Answer> retry(@PathVariable UUID id, Principal operator) {
        Answer answer =
                deadLetters.retry(id, CommandsController.actor(operator)).orElseThrow(DeadLettersController::notThere);
        return ResponseEntity.status(CommandsController.status(answer)).body(answer);
    }

    @PostMapping("/{id}/discard")
    @Operation(
            summary = "Put one away that nobody will send again",
            description = "It counts as resolved and is removed when it is old.")
    ResponseEntity<Void> discard(@PathVariable UUID id, Principal operator) {
        if (!deadLetters.discard(id, CommandsController.actor(operator))) {
            throw notThere();
        }
        return ResponseEntity.noContent().build();
    }

    private static NotThere notThere() {
        return new NotThere("There is no dead letter with this id");
    }

    record DeadLetterList(List<DeadLetter> deadLetters) {}
}
