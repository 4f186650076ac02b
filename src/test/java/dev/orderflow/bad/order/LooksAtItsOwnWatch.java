package dev.orderflow.bad.order;

import java.time.Instant;
import java.util.Date;

class LooksAtItsOwnWatch {

    boolean agrees() {
        return new Date().toInstant().equals(Instant.now());
    }
}
