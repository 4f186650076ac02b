package dev.orderflow.process;

import dev.orderflow.order.Orders.Along;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.db.DbEntity;
import org.camunda.bpm.engine.impl.db.ListQueryParameterObject;
import org.camunda.bpm.engine.impl.db.PersistenceSession;
import org.camunda.bpm.engine.impl.db.entitymanager.DbEntityManager;
import org.camunda.bpm.engine.impl.db.entitymanager.cache.CachedDbEntity;
import org.camunda.bpm.engine.impl.db.entitymanager.cache.DbEntityState;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.EventSubscriptionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.IdentityLinkEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.impl.persistence.entity.VariableInstanceEntity;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What one engine command knows of the database. The engine asks for a process instance piece by piece; here those that a message, a
 * timer or a task is about are read whole, by one statement, and the pieces are handed out when the engine asks for them.
 * What the engine does not ask for in exactly the words known here goes to the database as ever.
 */
class WholeInstances extends DbEntityManager {

    // How the engine asks for the pieces, each by the id of what they belong to.
    private static final String EXECUTIONS = "selectExecutionsByProcessInstanceId";
    private static final String SUBSCRIPTIONS = "selectEventSubscriptionsByExecution";
    private static final String JOBS = "selectJobsByExecutionId";
    private static final String TASKS = "selectTasksByExecutionId";
    private static final String IDENTITY_LINKS = "selectIdentityLinksByTask";
    private static final String VARIABLES = "selectVariablesByExecutionId";
    private static final String TASK_VARIABLES = "selectVariablesByTaskId";

    private static final Comparator<EventSubscriptionEntity> SINCE =
            Comparator.comparing(EventSubscriptionEntity::getCreated).thenComparing(EventSubscriptionEntity::getId);

    private final ObjectProvider<JdbcClient> jdbc;
    private final EntityRows rows;
    private final Fetch fetch;

    private final Set<String> fetched = new HashSet<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, List<EventSubscriptionEntity>> subscriptions = new HashMap<>();
    private final Map<Asked, List<DbEntity>> known = new HashMap<>();
    private final Map<ExecutionEntity, Long> sequenceCounters = new IdentityHashMap<>();

    WholeInstances(PersistenceSession session, ObjectProvider<JdbcClient> jdbc, EntityRows rows, Fetch fetch) {
        super(Context.getProcessEngineConfiguration().getIdGenerator(), session);
        this.jdbc = jdbc;
        this.rows = rows;
        this.fetch = fetch;
    }

    static WholeInstances of(CommandContext command) {
        return (WholeInstances) command.getDbEntityManager();
    }

    /** Reads all process instances with these business keys; those that were read before are not read again. */
    void fetch(Collection<String> businessKeys) {
        String[] keys = businessKeys.stream().filter(fetched::add).toArray(String[]::new);
        if (keys.length == 1) {
            take(jdbc.getObject().sql(fetch.byKey()).param(keys[0]));
        } else if (keys.length > 1) {
            take(jdbc.getObject().sql(fetch.byKeys()).param("keys", keys));
        }
    }

    /** What came under this business key since it was asked for is found by the next fetch; who holds a lock now may ask again. */
    void fetchAgain(String businessKey) {
        fetched.remove(businessKey);
        fetch(List.of(businessKey));
    }

    /** How to read the process instance of an order along with the order itself. */
    Along read(String orderNo) {
        return new Along(fetch.byKey(), List.of(orderNo), false, rows -> {
            fetched.add(orderNo);
            while (rows.next()) {
                take(rows);
            }
        });
    }

    /** A timer or a task names the execution it belongs to, and goes on to move its instance. */
    @Override
    public <T extends DbEntity> @Nullable T selectById(Class<T> type, String id) {
        if (type == ExecutionEntity.class && getCachedEntity(type, id) == null) {
            take(jdbc.getObject().sql(fetch.byExecution()).param("id", id));
        }
        return super.selectById(type, id);
    }

    /** The executions with this business key that a message of this name would wake; who has waited longest comes first. */
    List<ExecutionEntity> waitingFor(String message, String businessKey) {
        fetch(List.of(businessKey));
        return subscriptions.getOrDefault(businessKey, List.of()).stream()
                .filter(subscription -> "message".equals(subscription.getEventType())
                        && message.equals(subscription.getEventName())
                        && !isDeleted(subscription))
                .sorted(SINCE)
                .map(subscription -> getCachedEntity(ExecutionEntity.class, subscription.getExecutionId()))
                .filter(execution -> !execution.isSuspended() && !isDeleted(execution))
                .toList();
    }

    /** Whether this was made by the present command and is not in the database yet. */
    <T extends DbEntity> boolean isNew(Class<T> type, String id) {
        CachedDbEntity cached = dbEntityCache.getCachedEntity(type, id);
        return cached != null
                && (cached.getEntityState() == DbEntityState.TRANSIENT
                        || cached.getEntityState() == DbEntityState.DELETED_TRANSIENT);
    }

    @Override
    public void onEntityLoaded(DbEntity entity) {
        super.onEntityLoaded(entity);
        if (entity instanceof ExecutionEntity execution) {
            sequenceCounters.put(execution, execution.getSequenceCounter());
        }
    }

    @Override
    public void flush() {
        Set<String> endedUnder = new HashSet<>();
        List<DbEntity> added = new ArrayList<>();
        for (CachedDbEntity cached : dbEntityCache.getCachedEntities()) {
            if (cached.getEntity() instanceof ExecutionEntity execution) {
                // It orders activities in a history that is not kept; who was only walked through, or only read, is not
                // written.
                execution.setSequenceCounter(sequenceCounters.getOrDefault(execution, 0L));
                if (cached.getEntityState() == DbEntityState.DELETED_PERSISTENT) {
                    endedUnder.add(String.valueOf(execution.getParentId()));
                }
            }
            if (cached.getEntityState() == DbEntityState.TRANSIENT) {
                added.add(cached.getEntity());
            }
        }
        added.forEach(entity -> moveOwner(entity, endedUnder));
        super.flush();
    }

    /**
     * What is new belongs to what may be ended meanwhile: one of the two loses, by the owner's revision. The engine leaves part of these
     * races to foreign keys, which ask at every step of every instance. Where another child of the owner ends in the same flush, whoever
     * ends the owner ends that child too, and the two meet there.
     */
    private void moveOwner(DbEntity added, Set<String> endedUnder) {
        if (added instanceof ExecutionEntity child) {
            if (child.getParentId() != null && !endedUnder.contains(child.getParentId())) {
                move(ExecutionEntity.class, child.getParentId());
            }
        } else if (added instanceof IdentityLinkEntity link && link.getTaskId() != null) {
            move(TaskEntity.class, link.getTaskId());
        } else if (added instanceof VariableInstanceEntity variable && variable.getExecutionId() != null) {
            move(ExecutionEntity.class, variable.getExecutionId());
        }
    }

    private <T extends DbEntity> void move(Class<T> type, String ownerId) {
        T owner = selectById(type, ownerId);
        if (owner == null) {
            throw new OptimisticLockingException(type.getSimpleName() + " " + ownerId + " is gone");
        }
        forceUpdate(owner);
    }

    private void take(JdbcClient.StatementSpec fetch) {
        fetch.query((RowCallbackHandler) this::take);
    }

    private void take(ResultSet instance) throws SQLException {
        String id = instance.getString("id");
        if (!taken.add(id)) {
            return;
        }
        boolean hasVariables = instance.getBoolean("has_variables");
        List<DbEntity> executions = known(EXECUTIONS, id);
        loadAll(ExecutionEntity.class, instance.getArray("executions"), executions::add);
        for (DbEntity execution : executions) {
            known(SUBSCRIPTIONS, execution.getId());
            known(JOBS, execution.getId());
            known(TASKS, execution.getId());
            if (!hasVariables) {
                known(VARIABLES, execution.getId());
            }
        }
        List<EventSubscriptionEntity> ofInstance =
                subscriptions.computeIfAbsent(instance.getString("business_key"), key -> new ArrayList<>());
        loadAll(EventSubscriptionEntity.class, instance.getArray("subscriptions"), subscription -> {
            known(SUBSCRIPTIONS, subscription.getExecutionId()).add(subscription);
            ofInstance.add(subscription);
        });
        loadAll(EntityRows.JOB, instance.getArray("jobs"), job -> {
            if (job.getExecutionId() != null) {
                known(JOBS, job.getExecutionId()).add(job);
            }
        });
        loadAll(EntityRows.TASK, instance.getArray("tasks"), task -> {
            known(TASKS, task.getExecutionId()).add(task);
            known(IDENTITY_LINKS, task.getId());
            if (!hasVariables) {
                known(TASK_VARIABLES, task.getId());
            }
        });
        loadAll(
                EntityRows.IDENTITY_LINK,
                instance.getArray("identity_links"),
                link -> known(IDENTITY_LINKS, link.getTaskId()).add(link));
    }

    private List<DbEntity> known(String statement, String owner) {
        return known.computeIfAbsent(new Asked(statement, owner), asked -> new ArrayList<>(2));
    }

    private <T extends DbEntity> void loadAll(Class<T> type, Array rowsOfType, Consumer<T> into) throws SQLException {
        for (Object row : (Object[]) rowsOfType.getArray()) {
            into.accept(load(type, (String[]) row));
        }
    }

    private <T extends DbEntity> T load(Class<T> type, @Nullable String[] row) {
        DbEntity entity = rows.entity(type, row);
        onEntityLoaded(entity);
        return type.cast(cacheFilter(entity));
    }

    @Override
    @SuppressWarnings("rawtypes") // the engine's own
    public List selectListWithRawParameter(String statement, Object parameter, int first, int most) {
        List<DbEntity> answer = known.isEmpty() ? null : known.get(asked(statement, parameter));
        return answer == null ? super.selectListWithRawParameter(statement, parameter, first, most) : answer;
    }

    private static @Nullable Asked asked(String statement, Object parameter) {
        if (!(parameter instanceof ListQueryParameterObject list)) {
            return null;
        }
        Object what = list.getParameter();
        if (what instanceof String id) {
            return new Asked(statement, id);
        }
        // Of variables, some may be asked for by name; where there are none, that makes no difference.
        if (what instanceof Map<?, ?> fields) {
            return switch (statement) {
                case VARIABLES -> new Asked(statement, String.valueOf(fields.get("executionId")));
                case TASK_VARIABLES -> new Asked(statement, String.valueOf(fields.get("taskId")));
                default -> null;
            };
        }
        return null;
    }

    private record Asked(String statement, String owner) {}

    /** The statements that read instances, a row each, with its executions and what waits there. */
    private record Fetch(String byKey, String byKeys, String byExecution) {

        /**
         * Everything is looked up by what was found before it ({@code offset 0}): statistics of a moment with other numbers of rows would
         * have all executions read, and joined afterwards.
         */
        static Fetch of(EntityRows rows) {
            String fetch = """
                    select i.id_ as id, i.business_key_ as business_key,
                           array(select %s from act_ru_execution e where e.proc_inst_id_ = i.id_) as executions,
                           array(select %s
                                 from (select id_ from act_ru_execution where proc_inst_id_ = i.id_ offset 0) e
                                 cross join lateral (select * from act_ru_event_subscr where execution_id_ = e.id_ offset 0) s) as subscriptions,
                           array(select %s from act_ru_job j where j.process_instance_id_ = i.id_) as jobs,
                           array(select %s from act_ru_task t where t.proc_inst_id_ = i.id_) as tasks,
                           array(select %s
                                 from (select id_ from act_ru_task where proc_inst_id_ = i.id_ offset 0) t
                                 cross join lateral (select * from act_ru_identitylink where task_id_ = t.id_ offset 0) l) as identity_links,
                           exists (select from act_ru_variable v where v.proc_inst_id_ = i.id_) as has_variables
                    from (%%s) i
                    """.formatted(
                            rows.array(ExecutionEntity.class, "e"),
                            rows.array(EventSubscriptionEntity.class, "s"),
                            rows.array(EntityRows.JOB, "j"),
                            rows.array(EntityRows.TASK, "t"),
                            rows.array(EntityRows.IDENTITY_LINK, "l"));
            return new Fetch(
                    fetch.formatted("select id_, business_key_ from act_ru_execution where business_key_ = ?"),
                    fetch.formatted("""
                            select x.id_, x.business_key_ from unnest(:keys::text[]) as k (key)
                            cross join lateral (select id_, business_key_ from act_ru_execution where business_key_ = k.key offset 0) x
                            """),
                    fetch.formatted("""
                            select id_, business_key_ from act_ru_execution
                            where id_ = (select x.proc_inst_id_ from act_ru_execution x where x.id_ = :id)
                            """));
        }
    }

    /** Opens one for each command. */
    static final class Factory implements SessionFactory {

        private final ObjectProvider<JdbcClient> jdbc;
        private final EntityRows rows = new EntityRows();
        private volatile @Nullable Fetch fetch;

        Factory(ObjectProvider<JdbcClient> jdbc) {
            this.jdbc = jdbc;
        }

        @Override
        public Class<?> getSessionType() {
            return DbEntityManager.class;
        }

        @Override
        public WholeInstances openSession() {
            Fetch known = fetch;
            if (known == null) {
                known = Fetch.of(rows); // only now does the engine know its tables
                fetch = known;
            }
            return new WholeInstances(
                    Context.getCommandContext().getSession(PersistenceSession.class), jdbc, rows, known);
        }
    }
}
