package dev.orderflow.races;

import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.util.UUID;

/**
 * One order to race for.
 *
 * @param paymentId the payment that {@link Rival#PAY} tells of
 */
record Scene(Situation situation, String orderNo, String sku, String paymentId) {

    /** How many pieces the order is for, and how many of its sku are in the house. */
    static final int PIECES = 2;

    static final long IN_THE_HOUSE = 5;

    static Scene of(Situation situation) {
        return new Scene(situation, World.newOrderNo(), "tea-" + UUID.randomUUID(), "pi_" + UUID.randomUUID());
    }

    String currency() {
        return situation.held() ? "CHF" : Command.CURRENCY;
    }
}
