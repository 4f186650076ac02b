package dev.orderflow.bad.retention;

public class Ages {

    public int days() {
        return 30;
    }
}
