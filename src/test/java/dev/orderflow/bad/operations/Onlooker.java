package dev.orderflow.bad.operations;

public class Onlooker {

    public boolean isContent() {
        return true;
    }
}
