package dev.orderflow.messaging;

import dev.orderflow.order.BrokenRule;

/** How large a command may be. Checked before anything reads it. */
final class BodyLimit {

    private static final int KIBIBYTES = 256;

    private BodyLimit() {}

    static void check(byte[] body) {
        if (body.length > KIBIBYTES * 1024) {
            throw new BrokenRule(
                    "message", "is " + body.length + " bytes long; more than " + KIBIBYTES + " KiB are not read");
        }
    }
}
