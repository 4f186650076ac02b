package dev.orderflow.process;

import dev.orderflow.messaging.Outages;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.IllegalTransition;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cmd.DefaultJobRetryCmd;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/**
 * Says at a failed job, and so in Cockpit's incident, which order could not go on, why, and what to do about it. What the program
 * threw is behind the link to the stack trace. A timer that met an outage is tried again as if nothing had been: lost connections
 * must not leave an order behind whose timer nobody fires any more.
 */
@Component
class FailedJobs extends AbstractProcessEnginePlugin {

    private final ObjectProvider<Outages> outages;

    FailedJobs(ObjectProvider<Outages> outages) {
        this.outages = outages;
    }

    @Override
    public void postInit(ProcessEngineConfigurationImpl configuration) {
        configuration.setFailedJobCommandFactory(Tell::new);
    }

    private class Tell extends DefaultJobRetryCmd {

        private static final long serialVersionUID = 1L;

        Tell(String jobId, Throwable failure) {
            super(jobId, failure);
        }

        @Override
        protected void logException(JobEntity job) {
            super.logException(job);
            if (job.getProcessDefinitionId() != null && exception != null) {
                job.setExceptionMessage(what(job) + " " + why(exception));
            }
        }

        @Override
        protected boolean shouldDecrementRetriesFor(Throwable failure) {
            return super.shouldDecrementRetriesFor(failure)
                    && !outages.getObject().isOutage(failure);
        }

        private String what(JobEntity job) {
            ProcessDefinitionEntity definition = Context.getProcessEngineConfiguration()
                    .getDeploymentCache()
                    .findDeployedProcessDefinitionById(job.getProcessDefinitionId());
            ExecutionEntity execution = fetchExecutionEntity(job.getExecutionId());
            String of = definition.getName() + (execution == null ? "" : " " + execution.getProcessBusinessKey());
            String due = job.getActivityId();
            String step = job.getFailedActivityId();
            return of + " stands still: " + label(definition, due)
                    + (step == null || step.equals(due) ? "" : " came, but " + label(definition, step))
                    + " failed, and nothing was changed.";
        }

        private String label(ProcessDefinitionEntity definition, @Nullable String activity) {
            Object name =
                    activity == null ? null : definition.findActivity(activity).getProperty("name");
            return "\"" + (name == null ? "a step" : name) + "\"";
        }
    }

    private String why(Throwable failure) {
        if (failure instanceof IllegalTransition || failure instanceof BrokenRule) {
            return failure.getMessage()
                    + ". Compare with the order's timeline, have it repaired, then increment the retries.";
        }
        if (outages.getObject().isOutage(failure)) {
            return "The database was away. It is tried again by itself, for as long as it takes.";
        }
        return (failure instanceof DataIntegrityViolationException
                        ? "What is stored about it contradicts itself."
                        : "The program met something that it was not made for.")
                + " The stack trace tells those who look after Orderflow more; have it repaired, then increment the retries.";
    }
}
