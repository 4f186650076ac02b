package dev.orderflow.process;

import dev.orderflow.order.IllegalTransition;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cmd.ExecuteJobsCmd;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Two messages race for one order, one wins; the other runs again, now sees the new state and gets that state's answer. This is
 * the engine's own door (REST, Tasklist): a command that is a transaction of its own is tried up to five times.
 */
@Component
class LostRaces extends AbstractProcessEnginePlugin {

    private static final int ATTEMPTS = 5;
    private static final int LONGEST_PAUSE_MILLIS = 20;
    private static final Set<String> SQL_STATES = Set.of("40001", "40P01"); // serialization failure, deadlock

    @Override
    public void preInit(ProcessEngineConfigurationImpl configuration) {
        configuration.setCustomPreCommandInterceptorsTxRequired(List.of(new Retry()));
    }

    /** Whether the failure says that somebody else was faster, so that another try can succeed. */
    static boolean lost(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OptimisticLockingException
                    || cause instanceof ConcurrencyFailureException
                    || cause instanceof IllegalTransition
                    || (cause instanceof SQLException sql && SQL_STATES.contains(String.valueOf(sql.getSQLState())))) {
                return true;
            }
        }
        return false;
    }

    private static class Retry extends CommandInterceptor {

        @Override
        public <T> T execute(Command<T> command) {
            if (TransactionSynchronizationManager.isActualTransactionActive()
                    || Context.getCommandContext() != null
                    || command instanceof ExecuteJobsCmd) {
                return next.execute(command); // part of a larger unit, or a job, which the job executor tries again
            }
            for (int attempt = 1; ; attempt++) {
                try {
                    return next.execute(command);
                } catch (RuntimeException failure) {
                    if (attempt == ATTEMPTS || !lost(failure)) {
                        throw failure;
                    }
                }
                pause();
            }
        }

        private static void pause() {
            try {
                TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(1, LONGEST_PAUSE_MILLIS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while trying again", e);
            }
        }
    }
}
