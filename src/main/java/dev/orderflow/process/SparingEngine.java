package dev.orderflow.process;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.event.EventType;
import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.EventSubscriptionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.EventSubscriptionManager;
import org.camunda.bpm.engine.impl.persistence.entity.IncidentManager;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionManager;
import org.camunda.bpm.engine.impl.persistence.entity.TaskManager;
import org.camunda.bpm.engine.impl.persistence.entity.TimerEntity;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.spring.SpringProcessEngineConfiguration;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.spring.boot.starter.configuration.impl.AbstractCamundaConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps the engine from asking the database what is known beforehand. What each part leaves out was asked on every step of every order
 * and never found anything.
 */
@Component
class SparingEngine extends AbstractCamundaConfiguration {

    @Override
    public void preInit(SpringProcessEngineConfiguration engine) {
        engine.setHistoryEventProducer(new OrdersHistory());
        engine.setHistoryEventHandler(new OrdersHistory.Writer());
        DefinitionsInUse definitions = new DefinitionsInUse();
        engine.setCustomSessionFactories(List.of(
                new Factory(EventSubscriptionManager.class, Subscriptions::new),
                new Factory(IncidentManager.class, Incidents::new),
                new Factory(TaskManager.class, Tasks::new),
                new Factory(ProcessDefinitionManager.class, () -> new Definitions(definitions))));
    }

    private record Factory(Class<? extends Session> type, Supplier<? extends Session> open) implements SessionFactory {

        @Override
        public Class<?> getSessionType() {
            return type;
        }

        @Override
        public Session openSession() {
            return open.get();
        }
    }

    /** Only signals are ever delivered by a job of their own; a message that was received has none to look for. */
    static final class Subscriptions extends EventSubscriptionManager {

        @Override
        public void deleteEventSubscription(EventSubscriptionEntity subscription) {
            if (subscription.isSubscriptionForEventType(EventType.MESSAGE)) {
                getDbEntityManager().delete(subscription);
            } else {
                super.deleteEventSubscription(subscription);
            }
        }
    }

    /** A job has an incident only once its retries are used up. */
    static final class Incidents extends IncidentManager {

        @Override
        public List<Incident> findIncidentByConfiguration(String configuration) {
            JobEntity job = getDbEntityManager().getCachedEntity(TimerEntity.class, configuration);
            return job != null && job.getRetries() > 0 ? List.of() : super.findIncidentByConfiguration(configuration);
        }
    }

    /** Tasks of the models have no tasks below them. */
    static final class Tasks extends TaskManager {

        @Override
        public List<Task> findTasksByParentTaskId(String parentTaskId) {
            Task parent = findTaskById(parentTaskId);
            boolean ofModel = parent != null && parent.getProcessInstanceId() != null;
            return ofModel ? List.of() : super.findTasksByParentTaskId(parentTaskId);
        }
    }

    /** A definition never changes but for being suspended, and that is noticed within a second. */
    static final class Definitions extends ProcessDefinitionManager {

        private final DefinitionsInUse inUse;

        Definitions(DefinitionsInUse inUse) {
            this.inUse = inUse;
        }

        @Override
        public @Nullable ProcessDefinitionEntity getCachedResourceDefinitionEntity(String definitionId) {
            ProcessDefinitionEntity read = super.getCachedResourceDefinitionEntity(definitionId);
            return read != null || !inUse.isFresh(definitionId)
                    ? read
                    : Context.getProcessEngineConfiguration()
                            .getDeploymentCache()
                            .getProcessDefinitionCache()
                            .get(definitionId);
        }

        @Override
        public ProcessDefinitionEntity findLatestDefinitionById(String definitionId) {
            ProcessDefinitionEntity definition = super.findLatestDefinitionById(definitionId);
            inUse.read(definitionId);
            return definition;
        }
    }

    /** When each definition was last read. */
    private static final class DefinitionsInUse {

        private static final long FRESH_NANOS = 1_000_000_000L;

        private final Map<String, Long> readAt = new ConcurrentHashMap<>();

        boolean isFresh(String definitionId) {
            Long at = readAt.get(definitionId);
            return at != null && System.nanoTime() - at < FRESH_NANOS;
        }

        void read(String definitionId) {
            readAt.put(definitionId, System.nanoTime());
        }
    }
}
