package dev.orderflow.bad.inventory;

public class Shelves {

    public long left() {
        return 0;
    }
}
