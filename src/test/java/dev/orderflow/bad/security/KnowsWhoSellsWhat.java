package dev.orderflow.bad.security;

import dev.orderflow.bad.inventory.Shelves;

class KnowsWhoSellsWhat {

    long left(Shelves shelves) {
        return shelves.left();
    }
}
