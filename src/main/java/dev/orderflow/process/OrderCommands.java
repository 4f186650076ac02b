package dev.orderflow.process;

import dev.orderflow.inventory.Inventory;
import dev.orderflow.inventory.StockAdjusted;
import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.Commands;
import dev.orderflow.messaging.Message;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.CancelOrder;
import dev.orderflow.order.Order;
import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.OrderNumbers;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.Orders;
import dev.orderflow.order.Orders.Along;
import dev.orderflow.order.PlaceOrder;
import dev.orderflow.payment.Applied;
import dev.orderflow.payment.PaymentCaptured;
import dev.orderflow.payment.Refund;
import dev.orderflow.payment.RefundFailed;
import dev.orderflow.payment.RefundSettled;
import dev.orderflow.payment.Refunds;
import dev.orderflow.shipping.ShipOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.runtime.MessageCorrelationBuilder;
import org.camunda.bpm.engine.runtime.MessageCorrelationResultWithVariables;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * From a message to the process instance that waits for it. The domain decides under the order's lock whether the message
 * applies, waits or is refused; only what applies reaches the engine, so a correlation that finds nobody is a defect.
 */
@Component
class OrderCommands implements Commands {

    private final RuntimeService runtime;
    private final ProcessEngineConfigurationImpl engine;
    private final Orders orders;
    private final Refunds refunds;
    private final Inventory inventory;

    OrderCommands(
            RuntimeService runtime,
            ProcessEngineConfigurationImpl engine,
            Orders orders,
            Refunds refunds,
            Inventory inventory) {
        this.runtime = runtime;
        this.engine = engine;
        this.orders = orders;
        this.refunds = refunds;
        this.inventory = inventory;
    }

    @Override
    public Answer handle(Message message) {
        return switch (message.type()) {
            case PLACE_ORDER -> place(message);
            case PAYMENT_CAPTURED -> capture(message, (PaymentCaptured) message.data());
            case PAYMENT_FAILED -> noteFailure(message);
            case CANCEL_ORDER -> move(message, OrderEvent.CANCELLED);
            case SHIP_ORDER -> move(message, OrderEvent.SHIPPED);
            case SHIPMENT_DELIVERED -> move(message, OrderEvent.DELIVERED);
            case CONFIRM_RECEIPT -> move(message, OrderEvent.RECEIVED);
            case SUBMIT_REVIEW -> move(message, OrderEvent.REVIEWED);
            case REFUND_SETTLED -> settle(message, (RefundSettled) message.data());
            case REFUND_FAILED -> fail(message, (RefundFailed) message.data());
            case STOCK_ADJUSTED -> adjust(message, (StockAdjusted) message.data());
        };
    }

    @Override
    public <T> T atOnce(Supplier<T> work) {
        return engine.getCommandExecutorTxRequired().execute(command -> work.get());
    }

    @Override
    public <T> T together(List<Message> messages, Supplier<T> work) {
        List<String> orderNos =
                messages.stream().map(Message::subject).filter(Objects::nonNull).toList();
        orders.lockAll(orderNos);
        lockStock(messages);
        return engine.getCommandExecutorTxRequired().execute(command -> {
            WholeInstances.of(command).fetch(orderNos);
            return work.get();
        });
    }

    private void lockStock(List<Message> messages) {
        Set<String> skus = new HashSet<>();
        Set<String> holders = new HashSet<>();
        for (Message message : messages) {
            if (message.data() instanceof PlaceOrder order) {
                order.lines().forEach(line -> skus.add(line.sku()));
            } else if (message.data() instanceof ShipOrder || message.data() instanceof CancelOrder) {
                holders.add(subject(message));
            }
        }
        if (!skus.isEmpty() || !holders.isEmpty()) {
            inventory.lockFor(holders, skus);
        }
    }

    private Answer place(Message message) {
        PlaceOrder placeOrder = (PlaceOrder) message.data();
        String orderNo;
        Optional<Order> rival;
        do {
            orderNo = message.subject() == null ? OrderNumbers.next() : message.subject();
            rival = orders.claim(orderNo, placeOrder, inventory.reserving(orderNo));
        } while (rival.isPresent() && message.subject() == null);
        if (rival.isPresent()) {
            return Answer.refused(
                    orderNo,
                    rival.get().status(),
                    "order " + orderNo + " exists already; a new order needs a new number");
        }
        correlation(message, orderNo).correlateStartMessage();
        Order order = orders.find(orderNo).orElseThrow();
        return new Answer(
                Answer.Outcome.APPLIED,
                orderNo,
                order.status(),
                order.status() == OrderStatus.CANCELLED ? "out of stock" : null);
    }

    private Answer capture(Message message, PaymentCaptured payment) {
        String orderNo = subject(message);
        MessageCorrelationResultWithVariables started =
                correlation(message, orderNo).startMessageOnly().correlateWithResultAndVariables(false);
        // The ledger alone knows: somebody may be telling of the same payment this moment, even under another order's
        // number.
        if (Applied.Effect.DUPLICATE.name().equals(started.getVariables().get(OrderVariables.EFFECT.name()))) {
            return Answer.duplicate(
                    orderNo,
                    status(orderNo),
                    "payment " + payment.paymentId() + " of " + payment.provider() + " was recorded before");
        }
        return orders.find(orderNo)
                .map(order -> Answer.applied(orderNo, order.status()))
                .orElseGet(
                        () -> Answer.parked(orderNo, null, "the payment is recorded and waits for order " + orderNo));
    }

    private Answer noteFailure(Message message) {
        String orderNo = subject(message);
        Optional<Order> order = orders.lock(orderNo);
        if (order.isEmpty()) {
            return Answer.parked(orderNo, null, notThere(orderNo));
        }
        correlation(message, orderNo).correlateStartMessage();
        return Answer.applied(orderNo, order.get().status());
    }

    private Answer move(Message message, OrderEvent event) {
        String orderNo = subject(message);
        Optional<Order> order = lock(orderNo, event);
        if (order.isEmpty()) {
            return Answer.parked(orderNo, null, notThere(orderNo));
        }
        OrderStatus status = order.get().status();
        if (!status.allows(event)) {
            String why = "order " + orderNo + " is " + status + "; "
                    + message.type().wireName() + " needs " + OrderStatus.before(event);
            return status.mayStillSee(event)
                    ? Answer.parked(orderNo, status, why)
                    : Answer.refused(orderNo, status, why);
        }
        wake(message, orderNo);
        return Answer.applied(
                orderNo,
                event == OrderEvent.REVIEWED
                        ? OrderStatus.COMPLETED
                        : status.next(event).orElseThrow());
    }

    /** Who locks an order here goes on to wake its process, which is read along; what is shipped leaves the house with it. */
    private Optional<Order> lock(String orderNo, OrderEvent event) {
        List<Along> along = new ArrayList<>();
        if (event == OrderEvent.SHIPPED) {
            along.add(inventory.deducting(orderNo));
        }
        CommandContext command = Context.getCommandContext();
        if (command != null) {
            along.add(WholeInstances.of(command).read(orderNo));
        }
        return orders.lock(orderNo, along);
    }

    private Answer settle(Message message, RefundSettled settled) {
        Refund refund = refund(message, settled.refundId());
        if (refund.status() == Refund.Status.SETTLED) {
            return Answer.duplicate(
                    refund.orderNo(), status(refund.orderNo()), "refund " + refund.refundId() + " was settled before");
        }
        wake(message, refund.refundId());
        return Answer.applied(refund.orderNo(), status(refund.orderNo()));
    }

    private Answer fail(Message message, RefundFailed failed) {
        Refund refund = refund(message, failed.refundId());
        return switch (refund.status()) {
            case REQUESTED -> {
                wake(message, refund.refundId());
                yield Answer.applied(refund.orderNo(), status(refund.orderNo()));
            }
            case ESCALATED ->
                Answer.duplicate(
                        refund.orderNo(),
                        status(refund.orderNo()),
                        "refund " + refund.refundId() + " is with finance already");
            case SETTLED ->
                new Answer(
                        Answer.Outcome.REFUSED,
                        refund.orderNo(),
                        status(refund.orderNo()),
                        "refund " + refund.refundId() + " was settled before");
        };
    }

    private Refund refund(Message message, String refundId) {
        Refund refund = refunds.lock(refundId)
                .orElseThrow(() -> new BrokenRule("data.refundId", "there is no refund " + refundId));
        if (!refund.orderNo().equals(message.subject())) {
            throw new BrokenRule("subject", "refund " + refundId + " belongs to order " + refund.orderNo());
        }
        return refund;
    }

    private Answer adjust(Message message, StockAdjusted count) {
        return inventory.adjust(subject(message), count)
                ? Answer.applied(null, null)
                : Answer.duplicate(null, null, "a count as new as this one was taken in before");
    }

    private void wake(Message message, String businessKey) {
        int woken = correlation(message, businessKey).correlateAllWithResult().size();
        if (woken != 1) {
            throw new IllegalStateException(businessKey + " may take "
                    + message.type().wireName() + ", but " + woken + " process instances wait for it");
        }
    }

    private MessageCorrelationBuilder correlation(Message message, String businessKey) {
        return runtime.createMessageCorrelation(message.type().wireName())
                .processInstanceBusinessKey(businessKey)
                .setVariables(Incoming.carrying(message.data()));
    }

    private @Nullable OrderStatus status(String orderNo) {
        return orders.find(orderNo).map(Order::status).orElse(null);
    }

    private static String subject(Message message) {
        return Objects.requireNonNull(message.subject(), "subject");
    }

    private static String notThere(String orderNo) {
        return "order " + orderNo + " is not there yet";
    }
}
