package dev.orderflow.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.orderflow.order.Orders.Along;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What one engine command knows of the database. The engine asks for a process instance piece by piece; here those that a message, a
 * timer or a task is about are read whole, by one statement, and the pieces are handed out when the engine asks for them.
 * What the engine does not ask for in exactly the words known here goes to the database as ever.
 */
class WholeInstances extends DbEntityManager {

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Everything is looked up by what was found before it ({@code offset 0}): statistics of a moment with other numbers of rows would
     * have all executions read, and joined afterwards.
     */
    private static final String FETCH = """
            select i.business_key_ as business_key, row_to_json(e) as execution,
                   (select json_agg(s) from act_ru_event_subscr s where s.execution_id_ = e.id_) as subscriptions,
                   (select json_agg(j) from act_ru_job j where j.execution_id_ = e.id_) as jobs,
                   (select json_agg(t) from (
                       select t.*, (select json_agg(l) from act_ru_identitylink l where l.task_id_ = t.id_) as identity_links
                       from act_ru_task t where t.execution_id_ = e.id_) t) as tasks,
                   exists (select from act_ru_variable v where v.execution_id_ = e.id_) as has_variables
            from (%s) i
            cross join lateral (select * from act_ru_execution where proc_inst_id_ = i.id_ offset 0) e
            """;

    private static final String FETCH_BY_KEY =
            FETCH.formatted("select id_, business_key_ from act_ru_execution where business_key_ = ?");

    private static final String FETCH_BY_KEYS = FETCH.formatted("""
            select x.id_, x.business_key_ from unnest(:keys::text[]) as k (key)
            cross join lateral (select id_, business_key_ from act_ru_execution where business_key_ = k.key offset 0) x
            """);

    private static final String FETCH_BY_EXECUTION = FETCH.formatted("""
            select id_, business_key_ from act_ru_execution
            where id_ = (select x.proc_inst_id_ from act_ru_execution x where x.id_ = :id)
            """);

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

    private final Set<String> fetched = new HashSet<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, List<EventSubscriptionEntity>> subscriptions = new HashMap<>();
    private final Map<Asked, List<DbEntity>> known = new HashMap<>();

    WholeInstances(PersistenceSession session, ObjectProvider<JdbcClient> jdbc, EntityRows rows) {
        super(Context.getProcessEngineConfiguration().getIdGenerator(), session);
        this.jdbc = jdbc;
        this.rows = rows;
    }

    static WholeInstances of(CommandContext command) {
        return (WholeInstances) command.getDbEntityManager();
    }

    /** Reads all process instances with these business keys; those that were read before are not read again. */
    void fetch(Collection<String> businessKeys) {
        String[] keys = businessKeys.stream().filter(fetched::add).toArray(String[]::new);
        if (keys.length == 1) {
            take(jdbc.getObject().sql(FETCH_BY_KEY).param(keys[0]));
        } else if (keys.length > 1) {
            take(jdbc.getObject().sql(FETCH_BY_KEYS).param("keys", keys));
        }
    }

    /** How to read the process instance of an order along with the order itself. */
    Along read(String orderNo) {
        return new Along(FETCH_BY_KEY, List.of(orderNo), false, rows -> {
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
            take(jdbc.getObject().sql(FETCH_BY_EXECUTION).param("id", id));
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

    private void take(JdbcClient.StatementSpec fetch) {
        fetch.query((row, i) -> take(row)).list();
    }

    private ExecutionEntity take(ResultSet row) throws SQLException {
        ExecutionEntity execution = (ExecutionEntity) load(ExecutionEntity.class, json(row, "execution"));
        if (!taken.add(execution.getId())) {
            return execution;
        }
        known(EXECUTIONS, execution.getProcessInstanceId()).add(execution);
        List<DbEntity> waits = known(SUBSCRIPTIONS, execution.getId());
        loadAll(EventSubscriptionEntity.class, json(row, "subscriptions"), waits);
        List<EventSubscriptionEntity> ofInstance =
                subscriptions.computeIfAbsent(row.getString("business_key"), key -> new ArrayList<>());
        waits.forEach(wait -> ofInstance.add((EventSubscriptionEntity) wait));
        loadAll(EntityRows.JOB, json(row, "jobs"), known(JOBS, execution.getId()));
        boolean hasVariables = row.getBoolean("has_variables");
        List<DbEntity> tasks = known(TASKS, execution.getId());
        for (JsonNode one : json(row, "tasks")) {
            DbEntity task = load(EntityRows.TASK, one);
            tasks.add(task);
            loadAll(EntityRows.IDENTITY_LINK, one.path("identity_links"), known(IDENTITY_LINKS, task.getId()));
            if (!hasVariables) {
                known(TASK_VARIABLES, task.getId());
            }
        }
        if (!hasVariables) {
            known(VARIABLES, execution.getId());
        }
        return execution;
    }

    private List<DbEntity> known(String statement, String owner) {
        return known.computeIfAbsent(new Asked(statement, owner), asked -> new ArrayList<>(2));
    }

    private void loadAll(Class<? extends DbEntity> type, JsonNode all, List<DbEntity> into) {
        all.forEach(one -> into.add(load(type, one)));
    }

    private DbEntity load(Class<? extends DbEntity> type, JsonNode row) {
        DbEntity entity = rows.entity(type, row);
        onEntityLoaded(entity);
        return cacheFilter(entity);
    }

    /** What stands in the column; where that is nothing, there is nothing in it either. */
    private static JsonNode json(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        try {
            return text == null ? MissingNode.getInstance() : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL wrote no JSON into " + column, e);
        }
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

    /** Opens one for each command. */
    record Factory(ObjectProvider<JdbcClient> jdbc, EntityRows rows) implements SessionFactory {

        @Override
        public Class<?> getSessionType() {
            return DbEntityManager.class;
        }

        @Override
        public WholeInstances openSession() {
            return new WholeInstances(Context.getCommandContext().getSession(PersistenceSession.class), jdbc, rows);
        }
    }
}
