package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.world.Command;
import dev.orderflow.world.Statements;
import dev.orderflow.world.World;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Of two who add to an instance or move it, and end it at the same time, one has lost the race, and nothing is left behind. */
@OrderflowTest
class WholeInstancesTests {

    @Autowired
    RepositoryService repository;

    @Autowired
    RuntimeService runtime;

    @Autowired
    ProcessEngineConfigurationImpl engine;

    @Autowired
    TaskService tasks;

    @Autowired
    IdentityService identity;

    @Autowired
    World world;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    PlatformTransactionManager transactions;

    private String deployment;
    private String instance;
    private String stepping;

    /** Where two branches are, a third changes no row but its own. */
    @BeforeEach
    void instance() {
        deployment = repository
                .createDeployment()
                .addModelInstance(
                        "steps.bpmn",
                        Bpmn.createExecutableProcess("steps")
                                .camundaHistoryTimeToLive(1)
                                .startEvent()
                                .receiveTask("first")
                                .message("go on")
                                .boundaryEvent()
                                .message("stop")
                                .endEvent()
                                .moveToActivity("first")
                                .receiveTask("second")
                                .message("go on")
                                .boundaryEvent()
                                .message("stop")
                                .endEvent()
                                .done())
                .addModelInstance(
                        "branches.bpmn",
                        Bpmn.createExecutableProcess("branches")
                                .camundaHistoryTimeToLive(1)
                                .startEvent()
                                .parallelGateway("fork")
                                .userTask("one")
                                .moveToNode("fork")
                                .userTask("other")
                                .done())
                .deploy()
                .getId();
        instance = runtime.startProcessInstanceByKey("branches").getId();
        stepping = runtime.startProcessInstanceByKey("steps").getId();
    }

    @AfterEach
    void noInstance() {
        repository.deleteDeployment(deployment, true);
    }

    @Test
    void who_sets_a_variable_where_a_rival_ends_the_instance_has_lost_the_race() {
        assertThatThrownBy(() -> inOneTransaction(this::setVariable, this::end))
                .isInstanceOf(OptimisticLockingException.class);
        assertThat(rowsLeft(instance)).isZero();
    }

    @Test
    void who_ends_an_instance_where_a_rival_sets_a_variable_has_lost_the_race() {
        assertThatThrownBy(() -> inOneTransaction(this::end, this::setVariable))
                .isInstanceOf(OptimisticLockingException.class);
        assertThat(runtime.getVariables(instance)).containsEntry("note", "fragile");
    }

    @Test
    void who_starts_a_branch_where_a_rival_ends_the_instance_has_lost_the_race() {
        assertThatThrownBy(() -> inOneTransaction(this::startBranch, this::end))
                .isInstanceOf(OptimisticLockingException.class);
        assertThat(rowsLeft(instance)).isZero();
    }

    @Test
    void who_ends_an_instance_where_a_rival_starts_a_branch_has_lost_the_race() {
        assertThatThrownBy(() -> inOneTransaction(this::end, this::startBranch))
                .isInstanceOf(OptimisticLockingException.class);
        assertThat(rowsLeft(instance)).isEqualTo(4);
    }

    @Test
    void who_moves_an_instance_where_a_rival_ends_it_has_lost_the_race() {
        assertThatThrownBy(() -> inOneTransaction(this::goOn, () -> end(stepping)))
                .isInstanceOf(OptimisticLockingException.class);
        assertThat(rowsLeft(stepping)).isZero();
    }

    @Test
    void who_ends_an_instance_where_a_rival_moves_it_has_lost_the_race() {
        assertThatThrownBy(() -> inOneTransaction(() -> end(stepping), this::goOn))
                .isInstanceOf(OptimisticLockingException.class);
        assertThat(runtime.getActiveActivityIds(stepping)).containsExactly("second");
    }

    @Test
    void who_moves_an_instance_where_a_rival_took_one_of_its_subscriptions_has_lost_the_race() {
        assertThatThrownBy(() -> inOneTransaction(
                        this::goOn,
                        () -> jdbc.sql(
                                        "delete from act_ru_event_subscr where proc_inst_id_ = :id and event_name_ = 'stop'")
                                .param("id", stepping)
                                .update()))
                .isInstanceOf(OptimisticLockingException.class);
        assertThat(runtime.getActiveActivityIds(stepping)).containsExactly("first");
    }

    @Test
    void who_moves_an_instance_writes_what_changes_and_no_row_of_the_instance_itself() {
        int before = revision();

        var sent = Statements.of(this::goOn);

        assertThat(runtime.getActiveActivityIds(stepping)).containsExactly("second");
        assertThat(revision()).isEqualTo(before);
        assertThat(sent)
                .filteredOn(sql -> sql.contains("delete"))
                .singleElement()
                .satisfies(trip -> assertThat(trip).containsOnlyOnce("delete from ACT_RU_EVENT_SUBSCR"));
    }

    private void setVariable() {
        runtime.setVariable(instance, "note", "fragile");
    }

    private void startBranch() {
        runtime.createProcessInstanceModification(instance)
                .startBeforeActivity("one")
                .execute();
    }

    @Test
    void who_only_reads_an_instance_that_a_node_of_another_release_wrote_does_not_write_it() {
        jdbc.sql("update act_ru_execution set sequence_counter_ = 7 where proc_inst_id_ = :id")
                .param("id", stepping)
                .update();
        int before = revision();

        runtime.createProcessInstanceQuery().processInstanceId(stepping).list();
        runtime.createExecutionQuery().processInstanceId(stepping).list();
        goOn();

        assertThat(revision()).isEqualTo(before);
    }

    @Test
    void who_places_an_order_through_the_engine_finds_the_payment_that_came_while_it_looked() {
        String orderNo = World.newOrderNo();
        Command order = Command.placeOrder(orderNo, world.stocked(3), 2);

        new TransactionTemplate(transactions)
                .executeWithoutResult(status -> engine.getCommandExecutorTxRequired()
                        .execute(command -> {
                            WholeInstances.of(command).fetch(List.of(orderNo));
                            CompletableFuture.runAsync(
                                            () -> world.send(Command.paymentCaptured(orderNo, Command.total(2))))
                                    .join();
                            place(order);
                            return null;
                        }));

        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(world.isRunning("payment", orderNo)).isFalse();
    }

    @Test
    void an_order_whose_task_somebody_put_off_by_mistyped_ages_goes_on() {
        String orderNo = world.paid();
        Task task = world.task("order", orderNo, "UserTask_ShipOrder");
        Date far = Date.from(Instant.parse("+20266-01-01T00:00:00Z"));
        task.setFollowUpDate(far);
        tasks.saveTask(task);

        world.apply(Command.shipOrder(orderNo));

        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.SHIPPED);
    }

    private void place(Command order) {
        identity.setAuthentication("shop", List.of("integration"));
        try {
            runtime.createMessageCorrelation("PlaceOrder")
                    .processInstanceBusinessKey(order.subject())
                    .setVariables(Variables.createVariables()
                            .putValueTyped("message", Variables.stringValue(order.dataJson(), true)))
                    .correlate();
        } finally {
            identity.clearAuthentication();
        }
    }

    private void goOn() {
        runtime.createMessageCorrelation("go on").processInstanceId(stepping).correlate();
    }

    private void end() {
        end(instance);
    }

    private void end(String id) {
        runtime.deleteProcessInstance(id, "the rival's");
    }

    private int revision() {
        return jdbc.sql("select rev_ from act_ru_execution where id_ = :id")
                .param("id", stepping)
                .query(Integer.class)
                .single();
    }

    /** What the first does is sent when the rival is done. */
    private void inOneTransaction(Runnable first, Runnable rival) {
        new TransactionTemplate(transactions)
                .executeWithoutResult(
                        status -> engine.getCommandExecutorTxRequired().execute(command -> {
                            first.run();
                            CompletableFuture.runAsync(rival).join();
                            return null;
                        }));
    }

    private long rowsLeft(String id) {
        return jdbc.sql("""
                select (select count(*) from act_ru_execution where proc_inst_id_ = :id)
                       + (select count(*) from act_ru_variable where proc_inst_id_ = :id)
                """).param("id", id).query(Long.class).single();
    }
}
