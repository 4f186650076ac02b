package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.security.Groups;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngineConfiguration;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.spring.SpringProcessEngineConfiguration;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** What people find in the engine on the first day, and what stays when it starts again. */
@OrderflowTest
@ExtendWith(OutputCaptureExtension.class)
class PeopleTests {

    @Autowired
    PeopleAtStart people;

    @Autowired
    GroupRights rights;

    @Autowired
    TaskFilters lists;

    @Autowired
    IdentityService identity;

    @Autowired
    AuthorizationService authorizations;

    @Autowired
    FilterService filters;

    @Autowired
    RepositoryService repository;

    @Autowired
    RuntimeService runtime;

    @Autowired
    TaskService tasks;

    @Autowired
    HistoryService history;

    @Autowired
    ProcessEngineConfiguration engine;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionOperations transactions;

    @Test
    void a_second_start_changes_nothing() {
        List<Long> before = counts();

        people.afterSingletonsInstantiated();

        assertThat(counts()).isEqualTo(before);
        assertThat(identity.createGroupQuery().list()).extracting(Group::getId).containsAll(Groups.ALL);
    }

    @Test
    void the_first_administrator_gets_a_random_password_once(CapturedOutput output) {
        transactions.executeWithoutResult(undone -> {
            undone.setRollbackOnly();
            identity.createUserQuery()
                    .memberOfGroup(Groups.ADMIN)
                    .list()
                    .forEach(user -> identity.deleteUser(user.getId()));
            var settings = new PeopleAtStart.Settings(null, null);
            var first = new PeopleAtStart(settings, identity, rights, lists, jdbc, transactions);

            first.afterSingletonsInstantiated();
            first.afterSingletonsInstantiated();

            assertThat(output.getOut().split("user admin with password", -1)).hasSize(2);
            String password = output.getOut().replaceAll("(?s).*user admin with password (\\S+);.*", "$1");
            assertThat(password).hasSize(20);
            assertThat(identity.checkPassword("admin", password)).isTrue();
        });
    }

    @Test
    void passwords_are_kept_as_bcrypt_however_long_they_are() {
        String password = "p".repeat(200);
        transactions.executeWithoutResult(undone -> {
            undone.setRollbackOnly();
            var user = identity.newUser("longfellow");
            user.setPassword(password);
            identity.saveUser(user);

            assertThat(jdbc.sql("select pwd_ from act_id_user where id_ = 'longfellow'")
                            .query(String.class)
                            .single())
                    .startsWith("{bcrypt}$2a$10$");
            assertThat(identity.checkPassword("longfellow", password)).isTrue();
            assertThat(identity.checkPassword("longfellow", password + "p")).isFalse();
        });
    }

    @Test
    void a_card_names_its_order_and_the_history_keeps_what_is_shown() {
        BpmnModelInstance model = Bpmn.createExecutableProcess("card")
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .userTask("wait")
                .name("Ship order")
                .endEvent()
                .done();
        String deployment = repository
                .createDeployment()
                .addModelInstance("card.bpmn", model)
                .deploy()
                .getId();
        try {
            String instance = runtime.startProcessInstanceByKey("card", "A-2026-000123", Map.of("x", 1))
                    .getId();

            Task task = tasks.createTaskQuery().processInstanceId(instance).singleResult();
            assertThat(task.getName()).isEqualTo("Ship order A-2026-000123");
            assertThat(history.createHistoricTaskInstanceQuery()
                            .processInstanceId(instance)
                            .singleResult()
                            .getName())
                    .isEqualTo("Ship order A-2026-000123");
            assertThat(history.createHistoricActivityInstanceQuery()
                            .processInstanceId(instance)
                            .count())
                    .isZero();
            assertThat(history.createHistoricVariableInstanceQuery()
                            .processInstanceId(instance)
                            .count())
                    .isZero();
            assertThat(engine.getHistory()).isEqualTo(OrdersHistoryLevel.NAME);
        } finally {
            repository.deleteDeployment(deployment, true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"${1+1}", "#{engineGuards}", "x${now()}", "${currentUser().toString()}"})
    void a_query_evaluates_no_expression_but_the_harmless(String expression) {
        var query =
                tasks.createTaskQuery().or().taskAssigneeExpression(expression).endOr();

        assertThatThrownBy(query::list).isInstanceOf(GuardedExpressions.ForbiddenExpression.class);
    }

    @Test
    void an_engine_without_authorization_does_not_start() {
        var open = new SpringProcessEngineConfiguration();
        open.setAuthorizationEnabled(false);

        assertThatThrownBy(() -> new EngineGuards(new StaticApplicationContext()).postInit(open))
                .hasMessageContaining("everybody could do everything");
        assertThat(((ProcessEngineConfigurationImpl) engine).isAuthorizationEnabled())
                .isTrue();
    }

    private List<Long> counts() {
        return List.of(
                identity.createGroupQuery().count(),
                identity.createUserQuery().count(),
                authorizations.createAuthorizationQuery().count(),
                filters.createFilterQuery().count());
    }
}
