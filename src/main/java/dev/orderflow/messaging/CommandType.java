package dev.orderflow.messaging;

import dev.orderflow.inventory.StockAdjusted;
import dev.orderflow.order.CancelOrder;
import dev.orderflow.order.ConfirmReceipt;
import dev.orderflow.order.PlaceOrder;
import dev.orderflow.payment.PaymentCaptured;
import dev.orderflow.payment.PaymentFailed;
import dev.orderflow.payment.RefundFailed;
import dev.orderflow.payment.RefundSettled;
import dev.orderflow.review.SubmitReview;
import dev.orderflow.shipping.ShipOrder;
import dev.orderflow.shipping.ShipmentDelivered;
import java.util.Arrays;
import java.util.Optional;

/** The commands of the contract: the CloudEvents type, and the record its data becomes. */
public enum CommandType {
    PLACE_ORDER(PlaceOrder.class),
    PAYMENT_CAPTURED(PaymentCaptured.class),
    PAYMENT_FAILED(PaymentFailed.class),
    CANCEL_ORDER(CancelOrder.class),
    SHIP_ORDER(ShipOrder.class),
    SHIPMENT_DELIVERED(ShipmentDelivered.class),
    CONFIRM_RECEIPT(ConfirmReceipt.class),
    SUBMIT_REVIEW(SubmitReview.class),
    REFUND_SETTLED(RefundSettled.class),
    REFUND_FAILED(RefundFailed.class),
    STOCK_ADJUSTED(StockAdjusted.class);

    private final Class<?> data;

    CommandType(Class<?> data) {
        this.data = data;
    }

    /** The name on the wire and in the models: {@code PlaceOrder}. */
    public String wireName() {
        return data.getSimpleName();
    }

    public Class<?> data() {
        return data;
    }

    /** Whether messages of this type, each about another order, may be taken in by one transaction. */
    boolean mayShare() {
        return this != REFUND_SETTLED && this != REFUND_FAILED && this != STOCK_ADJUSTED;
    }

    /** Whether a parked message of this type waits in its process rather than in the inbox: money is in the ledger at once. */
    public boolean waitsInProcess() {
        return this == PAYMENT_CAPTURED;
    }

    public static Optional<CommandType> named(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName().equals(wireName))
                .findFirst();
    }
}
