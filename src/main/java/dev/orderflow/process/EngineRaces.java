package dev.orderflow.process;

import dev.orderflow.messaging.LostRace;
import dev.orderflow.process.GuardedExpressions.ForbiddenExpression;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.springframework.stereotype.Component;

/**
 * The engine's ways to say that somebody else was faster. Mostly it is an optimistic lock. But a command reads an instance piece by
 * piece, and where a rival ends it in between, the engine stumbles over what it no longer finds: the subscription it was about to
 * trigger, or the execution of a task it has already read. {@code RaceTests} met each of these.
 */
@Component
class EngineRaces implements LostRace {

    @Override
    public boolean test(Throwable failure) {
        return failure instanceof OptimisticLockingException
                || subscriptionIsGone(failure)
                || executionIsGone(failure)
                || listenerHasNoExecution(failure);
    }

    private static boolean subscriptionIsGone(Throwable failure) {
        return failure instanceof ProcessEngineException
                && String.valueOf(failure.getMessage()).contains("does not have a subscription to a message event");
    }

    private static boolean executionIsGone(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return failure instanceof NullPointerException
                && trace.length > 0
                && trace[0].getClassName().startsWith("org.camunda.bpm.engine.impl.");
    }

    /** A listener's own expression is never forbidden, but without the task's execution it looks like that of a query. */
    private static boolean listenerHasNoExecution(Throwable failure) {
        return failure instanceof ProcessEngineException
                && failure.getCause() instanceof ForbiddenExpression
                && String.valueOf(failure.getMessage()).contains("TaskListener");
    }
}
