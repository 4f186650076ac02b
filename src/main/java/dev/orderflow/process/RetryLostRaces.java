package dev.orderflow.process;

import dev.orderflow.messaging.LostRaces;
import dev.orderflow.order.OrderExists;
import java.util.List;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cmd.ExecuteJobsCmd;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.springframework.retry.support.RetryTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Two commands race for one order and one wins; the other runs again, now sees the new state and gets that state's answer. This is
 * for the engine's own doors (REST, Tasklist), where a command is a transaction of its own; the inbox does the same for messages.
 */
@Component
class RetryLostRaces extends AbstractProcessEnginePlugin {

    private static final int ATTEMPTS = 5;
    private static final int SHORTEST_PAUSE_MILLIS = 5;
    private static final int LONGEST_PAUSE_MILLIS = 50;

    private final RetryTemplate races;

    RetryLostRaces(LostRaces lostRaces) {
        this.races = RetryTemplate.builder()
                .maxAttempts(ATTEMPTS)
                .uniformRandomBackoff(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS)
                // An order that is there stays there: here, unlike in the inbox, trying again finds no better answer.
                .retryOn(failure -> lostRaces.lost(failure) && !(failure instanceof OrderExists))
                .build();
    }

    @Override
    public void preInit(ProcessEngineConfigurationImpl configuration) {
        configuration.setCustomPreCommandInterceptorsTxRequired(List.of(new Retry()));
    }

    private class Retry extends CommandInterceptor {

        @Override
        public <T> T execute(Command<T> command) {
            if (TransactionSynchronizationManager.isActualTransactionActive()
                    || Context.getCommandContext() != null
                    || command instanceof ExecuteJobsCmd) {
                return next.execute(command); // part of a larger unit, or a job, which the job executor tries again
            }
            return races.execute(attempt -> next.execute(command));
        }
    }
}
