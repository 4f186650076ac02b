package dev.orderflow.bad.order;

import dev.orderflow.bad.operations.Onlooker;

public class AsksTheOnlooker {

    public boolean mayGoOn(Onlooker onlooker) {
        return onlooker.isContent();
    }
}
