package dev.orderflow.process;

import dev.orderflow.order.LastWrites;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.camunda.bpm.engine.impl.calendar.CycleBusinessCalendar;
import org.camunda.bpm.engine.impl.calendar.DueDateBusinessCalendar;
import org.camunda.bpm.engine.impl.calendar.DurationBusinessCalendar;
import org.camunda.bpm.engine.impl.calendar.MapBusinessCalendarManager;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.db.sql.DbSqlSession;
import org.camunda.bpm.engine.impl.event.EventType;
import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.AuthorizationManager;
import org.camunda.bpm.engine.impl.persistence.entity.EventSubscriptionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.EventSubscriptionManager;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.IncidentManager;
import org.camunda.bpm.engine.impl.persistence.entity.JobDefinitionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.JobDefinitionManager;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionManager;
import org.camunda.bpm.engine.impl.persistence.entity.TaskManager;
import org.camunda.bpm.engine.impl.persistence.entity.TimerEntity;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.spring.SpringProcessEngineConfiguration;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.spring.boot.starter.configuration.impl.AbstractCamundaConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Keeps the engine from asking the database what is known beforehand. What each part leaves out was asked on every step of every order
 * and never found anything.
 */
@Component
class SparingEngine extends AbstractCamundaConfiguration {

    private final ObjectProvider<JdbcClient> jdbc;
    private final LastWrites lastWrites;

    SparingEngine(ObjectProvider<JdbcClient> jdbc, LastWrites lastWrites) {
        this.jdbc = jdbc;
        this.lastWrites = lastWrites;
    }

    @Override
    public void preInit(SpringProcessEngineConfiguration engine) {
        engine.setHistoryEventProducer(new OrdersHistory());
        engine.setHistoryEventHandler(new OrdersHistory.Writer());
        engine.setBusinessCalendarManager(calendars());
        // The log is told at every step where the engine is; the order and what is done say it all.
        engine.setLoggingContextApplicationName(null);
        engine.setLoggingContextTenantId(null);
        engine.setLoggingContextEngineName(null);
        engine.setLoggingContextActivityName(null);
        engine.setLoggingContextProcessDefinitionId(null);
        engine.setLoggingContextProcessInstanceId(null);
        engine.setCustomPreVariableSerializers(List.of(new CarriedCommand.Serializer()));
        engine.setResourceAuthorizationProvider(new TaskRights.ByHand());
        DefinitionsInUse definitions = new DefinitionsInUse();
        Recent<String, JobDefinitionEntity> jobDefinitions = new Recent<>();
        Recent<String, List<EventSubscriptionEntity>> starts = new Recent<>();
        engine.setCustomSessionFactories(List.of(
                new WholeInstances.Factory(jdbc),
                new Factory(DbSqlSession.class, () -> new OneTrip(engine.getDbSqlSessionFactory(), lastWrites)),
                new Factory(EventSubscriptionManager.class, () -> new Subscriptions(starts)),
                new Factory(IncidentManager.class, Incidents::new),
                new Factory(TaskManager.class, Tasks::new),
                new Factory(AuthorizationManager.class, () -> new TaskRights(jdbc)),
                new Factory(JobDefinitionManager.class, () -> new JobDefinitions(jobDefinitions)),
                new Factory(ProcessDefinitionManager.class, () -> new Definitions(definitions))));
    }

    private static MapBusinessCalendarManager calendars() {
        MapBusinessCalendarManager calendars = new MapBusinessCalendarManager();
        calendars.addBusinessCalendar(DurationBusinessCalendar.NAME, new Durations());
        calendars.addBusinessCalendar(DueDateBusinessCalendar.NAME, new DueDateBusinessCalendar());
        calendars.addBusinessCalendar(CycleBusinessCalendar.NAME, new CycleBusinessCalendar());
        return calendars;
    }

    /** The engine's own looks through the whole classpath for each duration, for whoever reads durations. */
    static final class Durations extends DurationBusinessCalendar {

        @Override
        public Date resolveDuedate(String duration, Date start) {
            try {
                Date from = start == null ? ClockUtil.getCurrentTime() : start;
                return Date.from(from.toInstant().plus(Duration.parse(duration)));
            } catch (DateTimeParseException monthsOrRepetition) {
                return super.resolveDuedate(duration, start);
            }
        }
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

    /**
     * Only signals are ever delivered by a job of their own; a message that was received has none to look for. Who starts on which
     * message changes with a deployment alone.
     */
    static final class Subscriptions extends EventSubscriptionManager {

        private final Recent<String, List<EventSubscriptionEntity>> starts;

        Subscriptions(Recent<String, List<EventSubscriptionEntity>> starts) {
            this.starts = starts;
        }

        @Override
        public List<EventSubscriptionEntity> findMessageStartEventSubscriptionByName(String message) {
            return starts.get(message, super::findMessageStartEventSubscriptionByName);
        }

        @Override
        public void deleteEventSubscription(EventSubscriptionEntity subscription) {
            if (subscription.isSubscriptionForEventType(EventType.MESSAGE)) {
                getDbEntityManager().delete(subscription);
            } else {
                super.deleteEventSubscription(subscription);
            }
        }
    }

    /** A job has an incident only once its retries are used up; more of them do not end it, but when it has run. */
    static final class Incidents extends IncidentManager {

        @Override
        public List<Incident> findIncidentByConfiguration(String configuration) {
            JobEntity job = getDbEntityManager().getCachedEntity(TimerEntity.class, configuration);
            return job != null && job.getRetries() > 0 && hasNoIncident(job)
                    ? List.of()
                    : super.findIncidentByConfiguration(configuration);
        }

        /** An execution's row says whether there are any. */
        private boolean hasNoIncident(JobEntity job) {
            ExecutionEntity execution =
                    getDbEntityManager().getCachedEntity(ExecutionEntity.class, job.getExecutionId());
            return execution != null && execution.getIncidents().isEmpty();
        }
    }

    /** A job's definition says whether it is suspended; who suspends it also suspends the jobs that are there. */
    static final class JobDefinitions extends JobDefinitionManager {

        private final Recent<String, JobDefinitionEntity> recent;

        JobDefinitions(Recent<String, JobDefinitionEntity> recent) {
            this.recent = recent;
        }

        @Override
        public JobDefinitionEntity findById(String id) {
            return recent.get(id, super::findById);
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

    private static final long FRESH_NANOS = 1_000_000_000L;

    /** What was read within the last second, by any command; for what hardly ever changes and is only looked at. */
    private static final class Recent<K, V> {

        private final Map<K, Read<V>> reads = new ConcurrentHashMap<>();

        V get(K key, Function<K, V> read) {
            Read<V> last = reads.get(key);
            if (last != null && System.nanoTime() - last.at() < FRESH_NANOS) {
                return last.value();
            }
            long now = System.nanoTime();
            V value = read.apply(key);
            reads.put(key, new Read<>(value, now));
            return value;
        }

        private record Read<V>(V value, long at) {}
    }

    /** When each definition was last read. */
    private static final class DefinitionsInUse {

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
