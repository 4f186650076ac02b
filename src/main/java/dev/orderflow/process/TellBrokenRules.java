package dev.orderflow.process;

import dev.orderflow.order.BrokenRule;
import java.util.List;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.springframework.stereotype.Component;

/**
 * The engine wraps what a task listener throws; a broken rule comes out as itself, so that the doors can answer with its fields
 * and a person in Tasklist reads the reason alone.
 */
@Component
class TellBrokenRules extends AbstractProcessEnginePlugin {

    @Override
    public void preInit(ProcessEngineConfigurationImpl configuration) {
        configuration.setCustomPostCommandInterceptorsTxRequired(List.of(new Unwrap()));
    }

    private static class Unwrap extends CommandInterceptor {

        @Override
        public <T> T execute(Command<T> command) {
            try {
                return next.execute(command);
            } catch (ProcessEngineException wrapped) {
                for (Throwable cause = wrapped.getCause(); cause != null; cause = cause.getCause()) {
                    if (cause instanceof BrokenRule broken) {
                        throw broken;
                    }
                }
                throw wrapped;
            }
        }
    }
}
