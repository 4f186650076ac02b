package dev.orderflow.process;

import dev.orderflow.messaging.CommandType;
import java.util.List;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.runtime.CorrelationHandlerResult;
import org.camunda.bpm.engine.impl.runtime.CorrelationSet;
import org.camunda.bpm.engine.impl.runtime.DefaultCorrelationHandler;
import org.jspecify.annotations.Nullable;

/**
 * Lets people and machines send the messages of the contract, and no other. The models also talk among themselves: whoever could
 * send {@code OrderCovered} from outside would have an order paid without money.
 */
final class ContractMessages extends DefaultCorrelationHandler {

    @Override
    public @Nullable CorrelationHandlerResult correlateMessage(
            CommandContext command, @Nullable String name, CorrelationSet correlation) {
        check(command, name);
        return super.correlateMessage(command, name, correlation);
    }

    @Override
    public List<CorrelationHandlerResult> correlateMessages(
            CommandContext command, @Nullable String name, CorrelationSet correlation) {
        check(command, name);
        return super.correlateMessages(command, name, correlation);
    }

    @Override
    public List<CorrelationHandlerResult> correlateStartMessages(
            CommandContext command, @Nullable String name, CorrelationSet correlation) {
        check(command, name);
        return super.correlateStartMessages(command, name, correlation);
    }

    private static void check(CommandContext command, @Nullable String name) {
        boolean fromOutside = command.getAuthentication() != null && Context.getBpmnExecutionContext() == null;
        if (fromOutside && (name == null || CommandType.named(name).isEmpty())) {
            throw new BadUserRequestException("There is no message " + name + " to send; there are "
                    + List.of(CommandType.values()).stream()
                            .map(CommandType::wireName)
                            .toList());
        }
    }
}
