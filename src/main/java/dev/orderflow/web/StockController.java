package dev.orderflow.web;

import dev.orderflow.inventory.Inventory;
import dev.orderflow.inventory.StockLevel;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Shows how many pieces of a sku there are. */
@RestController
@Tag(name = "Stock", description = "What can be sold")
class StockController {

    private final Inventory inventory;

    StockController(Inventory inventory) {
        this.inventory = inventory;
    }

    /** A sku may hold slashes, so it is all of the path that is left. */
    @GetMapping(path = "/api/stock/{*sku}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "The pieces of a sku: on hand, reserved for orders, and available")
    Stock one(@PathVariable String sku) {
        return inventory
                .find(sku.substring(1))
                .map(Stock::of)
                .orElseThrow(() -> new NotThere("There is no stock of such a sku"));
    }

    /** Pieces; {@code available} is negative where a count found fewer than are promised. */
    record Stock(String sku, long onHand, long reserved, long available, Instant countedAt) {

        static Stock of(StockLevel level) {
            return new Stock(level.sku(), level.onHand(), level.reserved(), level.available(), level.countedAt());
        }
    }
}
