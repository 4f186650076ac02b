package dev.orderflow.process;

import java.util.ArrayList;
import java.util.List;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.impl.TaskQueryImpl;
import org.camunda.bpm.engine.impl.cfg.auth.DefaultAuthorizationProvider;
import org.camunda.bpm.engine.impl.db.AuthorizationCheck;
import org.camunda.bpm.engine.impl.db.CompositePermissionCheck;
import org.camunda.bpm.engine.impl.db.DbEntity;
import org.camunda.bpm.engine.impl.db.PermissionCheck;
import org.camunda.bpm.engine.impl.db.PermissionCheckBuilder;
import org.camunda.bpm.engine.impl.persistence.entity.AuthorizationEntity;
import org.camunda.bpm.engine.impl.persistence.entity.AuthorizationManager;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.task.Task;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Rights on tasks by their kind, {@code UserTask_ShipOrder}, beside those on one task. The engine writes a right for each task and
 * group, and joins every list with them; with a million tasks those are a million rights that all say the same. {@link GroupRights}
 * grants each of the models' kinds once, to the group the model names; a row of its own has only who was given one task by hand.
 */
final class TaskRights extends AuthorizationManager {

    /** Who was given more single tasks than that has each compared with all of them, in the database. */
    private static final int LISTED = 1000;

    private static final String READABLE = """
            select resource_type_, resource_id_ from act_ru_authorization
            where type_ in (%d, %d) and (user_id_ in (:user, '*') or group_id_ = any (:groups))
              and (resource_type_ = %d and perms_ & %d <> 0 or resource_type_ = %d and perms_ & %d <> 0)
            limit %d
            """.formatted(
                    Authorization.AUTH_TYPE_GLOBAL,
                    Authorization.AUTH_TYPE_GRANT,
                    Resources.TASK.resourceType(),
                    Permissions.READ.getValue(),
                    Resources.PROCESS_DEFINITION.resourceType(),
                    Permissions.READ_TASK.getValue(),
                    LISTED + 1);

    private final ObjectProvider<JdbcClient> jdbc;

    TaskRights(ObjectProvider<JdbcClient> jdbc) {
        this.jdbc = jdbc;
    }

    /** Lists hold what the person may see by the process, by the kind of task, or one by one. */
    @Override
    public void configureTaskQuery(TaskQueryImpl query) {
        query.getQueries().removeIf(Readable.class::isInstance); // of the last time the query was asked
        configureQuery(query);
        AuthorizationCheck check = query.getAuthCheck();
        if (!check.isAuthorizationCheckEnabled()) {
            return;
        }
        List<Right> rights = check.isRevokeAuthorizationCheckEnabled() ? List.of() : readable(check);
        if (check.isRevokeAuthorizationCheckEnabled() || rights.size() > LISTED) {
            check.setRevokeAuthorizationCheckEnabled(true); // which asks for each task
            addPermissionCheck(
                    check,
                    new PermissionCheckBuilder()
                            .disjunctive()
                            .atomicCheck(Resources.TASK, "RES.ID_", Permissions.READ)
                            .atomicCheck(Resources.TASK, "RES.TASK_DEF_KEY_", Permissions.READ)
                            .atomicCheck(Resources.PROCESS_DEFINITION, "D.KEY_", Permissions.READ_TASK)
                            .build());
            return;
        }
        check.setAuthorizationCheckEnabled(false);
        if (rights.stream().noneMatch(right -> Authorization.ANY.equals(right.id()))) {
            query.addOrQuery(new Readable(rights));
        }
    }

    private List<Right> readable(AuthorizationCheck check) {
        return jdbc.getObject()
                .sql(READABLE)
                .param("user", check.getAuthUserId())
                .param("groups", check.getAuthGroupIds().toArray(String[]::new))
                .query((row, i) -> new Right(row.getInt(1), row.getString(2)))
                .list();
    }

    @Override
    public boolean isAuthorized(String userId, List<String> groupIds, CompositePermissionCheck check) {
        return super.isAuthorized(userId, groupIds, orByKind(check));
    }

    @Override
    protected CompositePermissionCheck createCompositePermissionCheck(PermissionCheck check) {
        return orByKind(super.createCompositePermissionCheck(check));
    }

    /** Who may do something with every task of a kind may do it with this one. */
    private CompositePermissionCheck orByKind(CompositePermissionCheck check) {
        List<PermissionCheck> checks = new ArrayList<>(check.getAtomicChecks());
        for (PermissionCheck one : check.getAtomicChecks()) {
            String kind = one.getResource() == Resources.TASK ? kind(one.getResourceId()) : null;
            if (kind != null) {
                PermissionCheck byKind = new PermissionCheck();
                byKind.setPermission(one.getPermission());
                byKind.setResource(Resources.TASK);
                byKind.setResourceId(kind);
                checks.add(byKind);
            }
        }
        if (!check.isDisjunctive() || checks.size() == check.getAtomicChecks().size()) {
            return check;
        }
        CompositePermissionCheck either = new CompositePermissionCheck(true);
        either.setAtomicChecks(checks);
        either.setCompositeChecks(check.getCompositeChecks());
        return either;
    }

    private @Nullable String kind(@Nullable String taskId) {
        TaskEntity task = taskId == null ? null : getDbEntityManager().selectById(TaskEntity.class, taskId);
        return task == null ? null : task.getTaskDefinitionKey();
    }

    /**
     * A task that nobody has changed by hand has no rights of its own, and of an instance that ends with the command that began it
     * nobody knew.
     */
    @Override
    public void deleteAuthorizationsByResourceId(Resource resource, String resourceId) {
        boolean none = resource == Resources.TASK
                ? isUntouched(getDbEntityManager().getCachedEntity(TaskEntity.class, resourceId))
                : resource == Resources.PROCESS_INSTANCE && isNew(ExecutionEntity.class, resourceId);
        if (!none) {
            super.deleteAuthorizationsByResourceId(resource, resourceId);
        }
    }

    private static boolean isUntouched(@Nullable TaskEntity task) {
        return task != null && task.getLastUpdated() == null && isOfModels(task);
    }

    private <T extends DbEntity> boolean isNew(Class<T> type, String id) {
        return ((WholeInstances) getDbEntityManager()).isNew(type, id);
    }

    private static boolean isOfModels(TaskEntity task) {
        ProcessDefinitionEntity definition = task.getProcessDefinition();
        return definition != null && GroupRights.MODELS.contains(definition.getKey());
    }

    /** Gives no right on one task to whom the model names: it has the right on all of that kind. */
    static final class ByHand extends DefaultAuthorizationProvider {

        @Override
        public AuthorizationEntity @Nullable [] newTaskGroupIdentityLink(Task task, String groupId, String type) {
            return isNamed(groupId, (TaskEntity) task) ? null : super.newTaskGroupIdentityLink(task, groupId, type);
        }

        private static boolean isNamed(String groupId, TaskEntity task) {
            return isOfModels(task)
                    && task.getTaskDefinition().getCandidateGroupIdExpressions().stream()
                            .anyMatch(named -> groupId.equals(named.getExpressionText()));
        }
    }

    private record Right(int resource, String id) {}

    /** A further condition of a query: one of these rights covers the task. */
    private static final class Readable extends TaskQueryImpl {

        private static final long serialVersionUID = 1;

        Readable(List<Right> rights) {
            String[] models = ids(rights, Resources.PROCESS_DEFINITION);
            String[] tasks = ids(rights, Resources.TASK);
            if (models.length > 0) {
                processDefinitionKeyIn(models);
            }
            if (tasks.length > 0) {
                taskDefinitionKeyIn(tasks);
            }
            // Never nothing: without any condition everything would be found.
            taskIdIn(tasks.length > 0 ? tasks : new String[] {Authorization.ANY});
        }

        private static String[] ids(List<Right> rights, Resource resource) {
            return rights.stream()
                    .filter(right -> right.resource() == resource.resourceType())
                    .map(Right::id)
                    .toArray(String[]::new);
        }
    }
}
