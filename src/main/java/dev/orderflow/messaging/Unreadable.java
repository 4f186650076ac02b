package dev.orderflow.messaging;

import dev.orderflow.order.BrokenRule;

/** Bytes that are no message at all: too long, not UTF-8, not JSON, or not one JSON object. No field can be named, only the reason. */
public class Unreadable extends BrokenRule {

    private static final long serialVersionUID = 1L;

    public Unreadable(String reason) {
        super("body", reason);
    }
}
