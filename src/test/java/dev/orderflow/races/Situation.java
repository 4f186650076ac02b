package dev.orderflow.races;

import static dev.orderflow.races.Rival.BUYER_CANCELS;
import static dev.orderflow.races.Rival.BUYER_CONFIRMS;
import static dev.orderflow.races.Rival.DELIVERED;
import static dev.orderflow.races.Rival.ORDER_DID_NOT_COME;
import static dev.orderflow.races.Rival.PAY;
import static dev.orderflow.races.Rival.PAY_AGAIN;
import static dev.orderflow.races.Rival.PAY_HALF;
import static dev.orderflow.races.Rival.PLACE;
import static dev.orderflow.races.Rival.REFUND_FAILED;
import static dev.orderflow.races.Rival.WAREHOUSE_SHIPS;

import java.util.List;

/** Where an order stands when two meet: whoever acted on it before. */
enum Situation {
    NOT_PLACED,
    PAID_EARLY,
    EARLY_MONEY_WITH_FINANCE,
    PLACED,
    PART_PAID,
    HELD,
    PAID,
    PAID_TWICE,
    SHIPPED,
    DELIVERED_NOT_CONFIRMED,
    RECEIVED,
    CANCELLED_REFUND_OPEN,
    CANCELLED_REFUND_WITH_FINANCE;

    /** Who acted before, one after the other. */
    List<Rival> before() {
        return switch (this) {
            case NOT_PLACED -> List.of();
            case PAID_EARLY -> List.of(PAY);
            case EARLY_MONEY_WITH_FINANCE -> List.of(PAY, ORDER_DID_NOT_COME);
            case PLACED -> List.of(PLACE);
            case PART_PAID -> List.of(PLACE, PAY_HALF);
            case HELD, PAID -> List.of(PLACE, PAY);
            case PAID_TWICE -> List.of(PLACE, PAY, PAY_AGAIN);
            case SHIPPED -> List.of(PLACE, PAY, WAREHOUSE_SHIPS);
            case DELIVERED_NOT_CONFIRMED -> List.of(PLACE, PAY, WAREHOUSE_SHIPS, DELIVERED);
            case RECEIVED -> List.of(PLACE, PAY, WAREHOUSE_SHIPS, BUYER_CONFIRMS);
            case CANCELLED_REFUND_OPEN -> List.of(PLACE, PAY, BUYER_CANCELS);
            case CANCELLED_REFUND_WITH_FINANCE -> List.of(PLACE, PAY, BUYER_CANCELS, REFUND_FAILED);
        };
    }

    /** Whether the order's total is above what is released without a look. */
    boolean held() {
        return this == HELD;
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
