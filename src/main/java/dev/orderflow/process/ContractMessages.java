package dev.orderflow.process;

import dev.orderflow.messaging.CommandType;
import dev.orderflow.order.Orders;
import dev.orderflow.security.SourcePolicy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.runtime.CorrelationHandlerResult;
import org.camunda.bpm.engine.impl.runtime.CorrelationSet;
import org.camunda.bpm.engine.impl.runtime.DefaultCorrelationHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Lets people and machines send the messages of the contract, and no other. The models also talk among themselves: whoever could
 * send {@code OrderCovered} from outside would have an order paid without money. And people send only what is their work, to one
 * order at a time. Where nobody waits for it, it says how the order stands.
 */
final class ContractMessages extends DefaultCorrelationHandler {

    private final ObjectProvider<Orders> orders;

    ContractMessages(ObjectProvider<Orders> orders) {
        this.orders = orders;
    }

    @Override
    public @Nullable CorrelationHandlerResult correlateMessage(
            CommandContext command, @Nullable String name, CorrelationSet correlation) {
        check(command, name, correlation);
        CorrelationHandlerResult found = super.correlateMessage(command, name, correlation);
        String key = correlation.getBusinessKey();
        if (found == null && key != null && isFromOutside(command)) {
            throw new BadUserRequestException(orders.getObject()
                    .find(key)
                    .map(order ->
                            "Order " + key + " is " + order.status() + ": it is too late or too early for " + name)
                    .orElse("Nothing waits for " + name + " under " + key));
        }
        return found;
    }

    @Override
    public List<CorrelationHandlerResult> correlateMessages(
            CommandContext command, @Nullable String name, CorrelationSet correlation) {
        check(command, name, correlation);
        // No message both starts and continues a process, so whoever is found waiting is all there is.
        List<CorrelationHandlerResult> waiting = correlateMessageToExecutions(command, name, correlation);
        return waiting.isEmpty() && !correlation.isExecutionsOnly()
                ? super.correlateStartMessages(command, name, correlation)
                : waiting;
    }

    @Override
    public List<CorrelationHandlerResult> correlateStartMessages(
            CommandContext command, @Nullable String name, CorrelationSet correlation) {
        check(command, name, correlation);
        return super.correlateStartMessages(command, name, correlation);
    }

    /** An order's number says it all, and who is found is read whole; other ways to ask are the engine's. */
    @Override
    protected List<CorrelationHandlerResult> correlateMessageToExecutions(
            CommandContext command, @Nullable String name, CorrelationSet correlation) {
        String key = correlation.getBusinessKey();
        if (name == null || key == null || saysMore(correlation)) {
            return super.correlateMessageToExecutions(command, name, correlation);
        }
        return WholeInstances.of(command).waitingFor(name, key).stream()
                .map(CorrelationHandlerResult::matchedExecution)
                .toList();
    }

    private static boolean saysMore(CorrelationSet correlation) {
        return correlation.getProcessInstanceId() != null
                || correlation.isTenantIdSet()
                || !isEmpty(correlation.getCorrelationKeys())
                || !isEmpty(correlation.getLocalCorrelationKeys());
    }

    private static boolean isEmpty(@Nullable Map<String, Object> keys) {
        return keys == null || keys.isEmpty();
    }

    private static void check(CommandContext command, @Nullable String name, CorrelationSet correlation) {
        if (!isFromOutside(command)) {
            return;
        }
        Authentication caller = command.getAuthentication();
        CommandType type = CommandType.named(name == null ? "" : name)
                .orElseThrow(() -> new BadUserRequestException("There is no message " + name + " to send; there are "
                        + Stream.of(CommandType.values())
                                .map(CommandType::wireName)
                                .toList()));
        List<String> groups = Objects.requireNonNullElse(caller.getGroupIds(), List.of());
        if (!SourcePolicy.maySend(groups, type.wireName())) {
            throw new AuthorizationException(
                    "Sending " + type.wireName() + " is not the work of " + caller.getUserId());
        }
        // Without it, one request could cancel every order there is.
        boolean says = correlation.getBusinessKey() != null || correlation.getProcessInstanceId() != null;
        if (!says && type != CommandType.PLACE_ORDER) {
            throw new BadUserRequestException("Which one? Send its number as businessKey");
        }
    }

    /** Neither one of our own doors nor a model. */
    private static boolean isFromOutside(CommandContext command) {
        return command.getAuthentication() != null && Context.getBpmnExecutionContext() == null;
    }
}
