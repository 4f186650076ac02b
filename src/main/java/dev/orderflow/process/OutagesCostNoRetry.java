package dev.orderflow.process;

import dev.orderflow.messaging.Outages;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cmd.DefaultJobRetryCmd;
import org.springframework.stereotype.Component;

/**
 * A timer that met an outage is tried again as if nothing had been: three lost connections in a row must not leave an order behind
 * whose timer nobody fires any more. A job that fails by its own fault still ends as an incident.
 */
@Component
class OutagesCostNoRetry extends AbstractProcessEnginePlugin {

    private final Outages outages;

    OutagesCostNoRetry(Outages outages) {
        this.outages = outages;
    }

    @Override
    public void preInit(ProcessEngineConfigurationImpl configuration) {
        configuration.setFailedJobCommandFactory(Failed::new);
    }

    private final class Failed extends DefaultJobRetryCmd {

        private static final long serialVersionUID = 1L;

        Failed(String jobId, Throwable failure) {
            super(jobId, failure);
        }

        @Override
        protected boolean shouldDecrementRetriesFor(Throwable failure) {
            return super.shouldDecrementRetriesFor(failure) && !outages.isOutage(failure);
        }
    }
}
