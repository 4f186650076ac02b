package dev.orderflow.bad.retention;

import dev.orderflow.bad.inventory.Shelves;

public class RemovesStock {

    public String from(Shelves shelves) {
        return shelves.toString();
    }
}
