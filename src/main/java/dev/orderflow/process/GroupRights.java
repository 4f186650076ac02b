package dev.orderflow.process;

import static org.camunda.bpm.engine.authorization.Permissions.ACCESS;
import static org.camunda.bpm.engine.authorization.Permissions.ALL;
import static org.camunda.bpm.engine.authorization.Permissions.CREATE;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.CREATE_INSTANCE;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.READ;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.READ_HISTORY;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.READ_INSTANCE;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.READ_TASK;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.UPDATE_INSTANCE;
import static org.camunda.bpm.engine.authorization.Resources.APPLICATION;
import static org.camunda.bpm.engine.authorization.Resources.DEPLOYMENT;
import static org.camunda.bpm.engine.authorization.Resources.PROCESS_DEFINITION;
import static org.camunda.bpm.engine.authorization.Resources.PROCESS_INSTANCE;
import static org.camunda.bpm.engine.authorization.Resources.TASK;

import dev.orderflow.security.Groups;
import java.util.List;
import java.util.Set;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.springframework.stereotype.Component;

/**
 * What each group may do in the engine. On tasks each has the kinds for which the newest models name it, waiting tasks of older models
 * included, so a clerk sees that group's tasks and no others. Rights that are missing are added at every start; give other people more
 * through groups of their own.
 */
@Component
class GroupRights {

    private static final String ORDER = "order";
    private static final String PAYMENT = "payment";
    private static final String REFUND = "refund";
    private static final String STOCK = "stock";

    /** The models whose tasks have rights by kind. */
    static final Set<String> MODELS = Set.of(ORDER, PAYMENT, REFUND, STOCK);

    private final AuthorizationService authorizations;
    private final RepositoryService repository;

    GroupRights(AuthorizationService authorizations, RepositoryService repository) {
        this.authorizations = authorizations;
        this.repository = repository;
    }

    void grant() {
        grant(Groups.WAREHOUSE, APPLICATION, "tasklist", ACCESS);
        look(Groups.WAREHOUSE, ORDER);
        grant(Groups.WAREHOUSE, PROCESS_DEFINITION, ORDER, UPDATE_INSTANCE); // to cancel what cannot be shipped

        grant(Groups.SERVICE, APPLICATION, "tasklist", ACCESS);
        grant(Groups.SERVICE, APPLICATION, "cockpit", ACCESS);
        look(Groups.SERVICE, ORDER);
        look(Groups.SERVICE, PAYMENT);
        look(Groups.SERVICE, REFUND);
        grant(Groups.SERVICE, PROCESS_DEFINITION, ORDER, UPDATE_INSTANCE); // to cancel

        grant(Groups.FINANCE, APPLICATION, "tasklist", ACCESS);
        look(Groups.FINANCE, ORDER);
        look(Groups.FINANCE, PAYMENT);
        look(Groups.FINANCE, REFUND);

        grant(Groups.INTEGRATION, PROCESS_INSTANCE, Authorization.ANY, CREATE);
        grant(
                Groups.INTEGRATION,
                PROCESS_DEFINITION,
                ORDER,
                READ,
                CREATE_INSTANCE,
                READ_INSTANCE,
                UPDATE_INSTANCE,
                READ_TASK); // which tell what an order waits for, and hold no personal data
        grant(Groups.INTEGRATION, PROCESS_DEFINITION, PAYMENT, READ, CREATE_INSTANCE, READ_INSTANCE);
        grant(Groups.INTEGRATION, PROCESS_DEFINITION, REFUND, READ, READ_INSTANCE, UPDATE_INSTANCE);
        grant(Groups.INTEGRATION, PROCESS_DEFINITION, STOCK, READ, CREATE_INSTANCE, READ_INSTANCE);

        MODELS.forEach(this::grantTasks);

        for (Resource resource : Resources.values()) {
            grant(
                    Groups.ADMIN,
                    resource,
                    Authorization.ANY,
                    resource == DEPLOYMENT ? Permissions.READ : ALL); // models come with the application
        }
    }

    /** The definition, its instances and their history: what the diagram, a task's form and its comments need. */
    private void look(String group, String definition) {
        grant(group, PROCESS_DEFINITION, definition, READ, READ_INSTANCE, READ_HISTORY);
    }

    private void grantTasks(String model) {
        ProcessDefinition newest = repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(model)
                .latestVersion()
                .singleResult();
        for (UserTask task : repository.getBpmnModelInstance(newest.getId()).getModelElementsByType(UserTask.class)) {
            List<String> named = task.getCamundaCandidateGroupsList();
            named.forEach(group -> grant(group, TASK, task.getId(), Permissions.READ, Permissions.UPDATE));
            authorizations.createAuthorizationQuery().resourceType(TASK).resourceId(task.getId()).list().stream()
                    .filter(right -> Groups.ALL.contains(right.getGroupId()) && !named.contains(right.getGroupId()))
                    .forEach(ofAnOlderModel -> authorizations.deleteAuthorization(ofAnOlderModel.getId()));
        }
    }

    void grant(String group, Resource resource, String id, Permission... permissions) {
        Authorization grant = authorizations
                .createAuthorizationQuery()
                .authorizationType(Authorization.AUTH_TYPE_GRANT)
                .groupIdIn(group)
                .resourceType(resource)
                .resourceId(id)
                .singleResult();
        if (grant == null) {
            grant = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
            grant.setGroupId(group);
            grant.setResource(resource);
            grant.setResourceId(id);
        }
        boolean more = false;
        for (Permission permission : permissions) {
            if (!grant.isPermissionGranted(permission)) {
                grant.addPermission(permission);
                more = true;
            }
        }
        if (more) {
            authorizations.saveAuthorization(grant);
        }
    }
}
