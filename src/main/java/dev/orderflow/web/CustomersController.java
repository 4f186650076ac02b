package dev.orderflow.web;

import dev.orderflow.retention.Erased;
import dev.orderflow.retention.Erasure;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Forgets a buyer who asks for it. */
@RestController
@Tag(name = "Customers", description = "What is known of buyers")
class CustomersController {

    private final Erasure erasure;

    CustomersController(Erasure erasure) {
        this.erasure = erasure;
    }

    @PostMapping(path = "/api/customers/{id}/erasure", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Erase what is known of a buyer",
            description =
                    "Names, addresses, and everything people wrote by or about the buyer; the books stay. Cannot be undone."
                            + " All of it or nothing: while one of the buyer's orders runs, the answer is 409 and names it. Sent again,"
                            + " it erases nothing more.")
    @ApiResponse(responseCode = "200", description = "What was erased")
    @ApiResponse(
            responseCode = "409",
            description = "Some orders still run; \"orders\" names them, and nothing was erased")
    Erased erase(@PathVariable String id, Principal operator) {
        BadQuery.refuseUnseen("id", id);
        return erasure.erase(id, CommandsController.actor(operator));
    }
}
