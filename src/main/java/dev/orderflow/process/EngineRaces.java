package dev.orderflow.process;

import dev.orderflow.messaging.LostRace;
import dev.orderflow.process.GuardedExpressions.ForbiddenExpression;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.exception.NullValueException;
import org.springframework.stereotype.Component;

/**
 * The engine's ways to say that somebody else was faster. Mostly it is an optimistic lock. But a command reads an instance piece by
 * piece, and where a rival ends it in between, the engine stumbles over what it no longer finds: the subscription it was about to
 * trigger, the execution of a task it has already read, or the right to work on it. {@code RaceTests} met each of these.
 */
@Component
class EngineRaces implements LostRace {

    @Override
    public boolean test(Throwable failure) {
        return failure instanceof OptimisticLockingException
                || subscriptionIsGone(failure)
                || executionIsGone(failure)
                || listenerHasNoExecution(failure)
                || definitionIsBeingRead(failure)
                || rightToTaskIsGone(failure);
    }

    private static boolean subscriptionIsGone(Throwable failure) {
        return failure instanceof ProcessEngineException
                && String.valueOf(failure.getMessage()).contains("does not have a subscription to a message event");
    }

    /** One that was met often has no trace any more: the JVM then throws one it has made beforehand. */
    private static boolean executionIsGone(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return failure instanceof NullPointerException
                && (trace.length == 0 || trace[0].getClassName().startsWith("org.camunda.bpm.engine.impl."));
    }

    /** A listener's own expression is never forbidden, but without the task's execution it looks like that of a query. */
    private static boolean listenerHasNoExecution(Throwable failure) {
        return failure instanceof ProcessEngineException
                && failure.getCause() instanceof ForbiddenExpression
                && String.valueOf(failure.getMessage()).contains("TaskListener");
    }

    /**
     * A node that reads a model for the first time shows it to everybody a moment before it has found out which timer is which; a timer
     * that is made in that moment belongs to no model. The crash kit met it on a node that had just started.
     */
    private static boolean definitionIsBeingRead(Throwable failure) {
        return failure instanceof NullValueException
                && String.valueOf(failure.getMessage()).contains("processDefinitionId is null");
    }

    /** A task's own rights end with it. Whoever never had them is told so after a few tries. */
    private static boolean rightToTaskIsGone(Throwable failure) {
        return failure instanceof AuthorizationException denied
                && denied.getMissingAuthorizations().stream()
                        .anyMatch(missing -> Resources.TASK.resourceName().equals(missing.getResourceType()));
    }
}
