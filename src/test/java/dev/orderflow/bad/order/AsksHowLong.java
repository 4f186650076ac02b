package dev.orderflow.bad.order;

import dev.orderflow.bad.retention.Ages;

public class AsksHowLong {

    public int days(Ages ages) {
        return ages.days();
    }
}
