package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.security.Groups;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.impl.TaskQueryImpl;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.task.TaskQuery;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Who sees which task and may work on it: by its kind, or because it was given to them. */
@OrderflowTest
class TaskRightsTests {

    private static final String SHIP = "UserTask_ShipOrder";

    @Autowired
    World world;

    @Autowired
    TaskService tasks;

    @Autowired
    IdentityService identity;

    @Autowired
    AuthorizationService authorizations;

    @Autowired
    RepositoryService repository;

    @Autowired
    RuntimeService runtime;

    @Autowired
    GroupRights rights;

    private final List<Authorization> given = new ArrayList<>();
    private String orderNo;
    private Task task;

    @BeforeEach
    void order() {
        orderNo = world.paid();
        task = world.task("order", orderNo, SHIP);
    }

    @AfterEach
    void takeBack() {
        given.forEach(right -> authorizations.deleteAuthorization(right.getId()));
    }

    @Test
    void a_group_has_its_kinds_of_tasks_and_no_others() {
        assertThat(seen("wendy", Groups.WAREHOUSE)).containsExactly(task.getId());
        as("wendy", Groups.WAREHOUSE, () -> {
            tasks.setDescription(task.getId(), "fragile");
            tasks.claim(task.getId(), "wendy");
            return null;
        });

        assertThat(seen("sam", Groups.SERVICE)).isEmpty();
        for (String outsider : List.of(Groups.SERVICE, Groups.FINANCE, Groups.MONITORING)) {
            assertThatThrownBy(() -> as("sam", outsider, () -> {
                        tasks.setDescription(task.getId(), "mine");
                        return null;
                    }))
                    .isInstanceOf(AuthorizationException.class)
                    .hasMessageContaining(task.getId());
            assertThatThrownBy(() -> as("sam", outsider, () -> {
                        tasks.complete(task.getId());
                        return null;
                    }))
                    .isInstanceOf(AuthorizationException.class);
        }
        assertThat(seen("nobody")).isEmpty();
    }

    @Test
    void a_task_has_rows_of_its_own_only_for_whom_it_was_given_by_hand() {
        assertThat(rows(task.getId())).isEmpty();

        as("wendy", Groups.WAREHOUSE, () -> {
            tasks.claim(task.getId(), "wendy");
            tasks.addCandidateGroup(task.getId(), Groups.SERVICE);
            return null;
        });

        assertThat(rows(task.getId()))
                .extracting(Authorization::getUserId, Authorization::getGroupId)
                .containsExactlyInAnyOrder(tuple("wendy", null), tuple(null, Groups.SERVICE));
        assertThat(seen("sam", Groups.SERVICE)).containsExactly(task.getId());
        assertThat(seen("wendy")).as("wendy, having left the warehouse").containsExactly(task.getId());

        world.apply(Command.shipOrder(orderNo));

        assertThat(rows(task.getId())).isEmpty();
    }

    @Test
    void a_query_asked_again_is_asked_for_whoever_asks() {
        TaskQuery query = tasks.createTaskQuery().processInstanceBusinessKey(orderNo);

        assertThat(as("wendy", Groups.WAREHOUSE, () -> page(query))).hasSize(1);
        assertThat(as("wendy", Groups.WAREHOUSE, query::count)).isOne();
        assertThat(as("sam", Groups.SERVICE, () -> page(query))).isEmpty();
        assertThat(as("sam", Groups.SERVICE, query::count)).isZero();
        assertThat(as("ina", Groups.INTEGRATION, () -> page(query)))
                .as("by the process")
                .hasSize(1);
        assertThat(as("ada", Groups.ADMIN, () -> page(query))).hasSize(1);
        assertThat(page(query)).as("the application itself").hasSize(1);
        assertThat(((TaskQueryImpl) query).getQueries()).hasSize(1);
    }

    @Test
    void no_condition_of_a_query_opens_what_is_closed() {
        TaskQuery either = tasks.createTaskQuery()
                .or()
                .processInstanceBusinessKey(orderNo)
                .taskDefinitionKey(SHIP)
                .endOr()
                .orderByTaskCreateTime()
                .desc();

        assertThat(as("sam", Groups.SERVICE, () -> page(either))).isEmpty();
        assertThat(as("nobody", "no group", () -> page(either))).isEmpty();
        assertThat(as("wendy", Groups.WAREHOUSE, () -> page(either)))
                .extracting(Task::getId)
                .contains(task.getId());
    }

    @Test
    void what_is_taken_from_somebody_is_taken() {
        Authorization revoke = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_REVOKE);
        revoke.setUserId("walt");
        revoke.setResource(Resources.TASK);
        revoke.setResourceId(SHIP);
        revoke.removePermission(Permissions.READ);
        given.add(authorizations.saveAuthorization(revoke));

        assertThat(seen("walt", Groups.WAREHOUSE)).isEmpty();
        assertThat(seen("wendy", Groups.WAREHOUSE)).containsExactly(task.getId());
    }

    @Test
    void somebody_with_very_many_tasks_sees_them() {
        for (int i = 0; i <= 1000; i++) {
            give("olga", i == 500 ? task.getId() : "task-" + i);
        }

        assertThat(seen("olga")).containsExactly(task.getId());
        assertThat(seen("olga", Groups.WAREHOUSE)).containsExactly(task.getId());
        assertThat(seen("olga", Groups.SERVICE)).containsExactly(task.getId());
        assertThat(seen("sam", Groups.SERVICE)).isEmpty();
    }

    @Test
    void a_kind_that_the_models_give_to_another_group_leaves_the_one_before() {
        giveGroup(Groups.FINANCE, SHIP);
        assertThat(seen("fiona", Groups.FINANCE)).containsExactly(task.getId());

        rights.grant();

        assertThat(seen("fiona", Groups.FINANCE)).isEmpty();
        assertThat(seen("wendy", Groups.WAREHOUSE)).containsExactly(task.getId());
        given.clear();
    }

    @Test
    void a_group_of_ones_own_is_given_a_kind_and_keeps_it() {
        giveGroup("packers", SHIP);

        rights.grant();

        assertThat(seen("paul", "packers")).containsExactly(task.getId());
    }

    @Test
    void tasks_of_other_models_have_the_rights_the_engine_gives() {
        String deployment = repository
                .createDeployment()
                .addModelInstance(
                        "other.bpmn",
                        Bpmn.createExecutableProcess("other")
                                .camundaHistoryTimeToLiveString("P1D")
                                .startEvent()
                                .userTask("wait")
                                .camundaCandidateGroups(Groups.WAREHOUSE)
                                .endEvent()
                                .done())
                .deploy()
                .getId();
        try {
            runtime.startProcessInstanceByKey("other", "other-1", Map.of());
            Task other = tasks.createTaskQuery()
                    .processInstanceBusinessKey("other-1")
                    .singleResult();

            assertThat(rows(other.getId()))
                    .extracting(Authorization::getGroupId)
                    .containsExactly(Groups.WAREHOUSE);
            tasks.complete(other.getId());
            assertThat(rows(other.getId())).isEmpty();
        } finally {
            repository.deleteDeployment(deployment, true);
        }
    }

    private List<String> seen(String user, String... groups) {
        return as(user, List.of(groups), () -> page(tasks.createTaskQuery().processInstanceBusinessKey(orderNo)))
                .stream()
                .map(Task::getId)
                .toList();
    }

    private <T> T as(String user, String group, Supplier<T> what) {
        return as(user, List.of(group), what);
    }

    private <T> T as(String user, List<String> groups, Supplier<T> what) {
        identity.setAuthentication(user, groups);
        try {
            return what.get();
        } finally {
            identity.clearAuthentication();
        }
    }

    private void give(String user, String task) {
        save(task, right -> right.setUserId(user));
    }

    private void giveGroup(String group, String task) {
        save(task, right -> right.setGroupId(group));
    }

    private void save(String task, Consumer<Authorization> to) {
        Authorization right = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
        to.accept(right);
        right.setResource(Resources.TASK);
        right.setResourceId(task);
        right.addPermission(Permissions.READ);
        given.add(authorizations.saveAuthorization(right));
    }

    /** Who is somebody may not ask for everything. */
    private static List<Task> page(TaskQuery query) {
        return query.listPage(0, 50);
    }

    private List<Authorization> rows(String taskId) {
        return authorizations
                .createAuthorizationQuery()
                .resourceType(Resources.TASK)
                .resourceId(taskId)
                .list();
    }
}
