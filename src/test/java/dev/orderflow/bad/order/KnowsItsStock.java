package dev.orderflow.bad.order;

import dev.orderflow.bad.inventory.Shelves;

class KnowsItsStock {

    long left(Shelves shelves) {
        return shelves.left();
    }
}
