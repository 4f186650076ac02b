package dev.orderflow.process;

import dev.orderflow.messaging.CommandType;
import dev.orderflow.security.SourcePolicy;
import java.util.List;
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

/**
 * Lets people and machines send the messages of the contract, and no other. The models also talk among themselves: whoever could
 * send {@code OrderCovered} from outside would have an order paid without money. And people send only what is their work, to one
 * order at a time.
 */
final class ContractMessages extends DefaultCorrelationHandler {

    @Override
    public @Nullable CorrelationHandlerResult correlateMessage(
            CommandContext command, @Nullable String name, CorrelationSet correlation) {
        check(command, name, correlation);
        return super.correlateMessage(command, name, correlation);
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

    private static void check(CommandContext command, @Nullable String name, CorrelationSet correlation) {
        Authentication caller = command.getAuthentication();
        if (caller == null || Context.getBpmnExecutionContext() != null) {
            return; // one of our own doors, or a model
        }
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
}
