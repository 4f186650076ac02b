package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.world.Statements;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.task.IdentityLink;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What a command changed in the engine's tables goes in one round trip, and races are lost in it as one by one. */
@OrderflowTest
class OneTripTests {

    @Autowired
    ProcessEngineConfigurationImpl engine;

    @Autowired
    TaskService tasks;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    PlatformTransactionManager transactions;

    private String id;

    @BeforeEach
    void task() {
        Task task = tasks.newTask();
        tasks.saveTask(task);
        id = task.getId();
    }

    @AfterEach
    void noTask() {
        tasks.deleteTask(id, true);
    }

    @Test
    void several_changes_are_one_round_trip() {
        var sent = Statements.of(() -> change(task -> {
            task.setPriority(7);
            task.addCandidateGroup("shipping");
        }));

        assertThat(sent)
                .filteredOn(sql -> sql.startsWith("insert"))
                .singleElement()
                .satisfies(trip -> assertThat(trip)
                        .contains("insert into ACT_RU_IDENTITYLINK")
                        .contains("; update ACT_RU_TASK"));
        assertThat(tasks.createTaskQuery().taskId(id).singleResult().getPriority())
                .isEqualTo(7);
        assertThat(tasks.getIdentityLinksForTask(id)).hasSize(1);
    }

    @Test
    void who_changes_a_row_that_a_rival_has_changed_has_lost_the_race() {
        assertThatThrownBy(() -> change(task -> {
                    task.setPriority(7);
                    task.addCandidateGroup("shipping");
                    elsewhere("update act_ru_task set rev_ = rev_ + 1 where id_ = :id");
                }))
                .isInstanceOf(OptimisticLockingException.class);
        assertThat(tasks.createTaskQuery().taskId(id).singleResult().getPriority())
                .isEqualTo(Task.PRIORITY_NORMAL);
        assertThat(tasks.getIdentityLinksForTask(id)).isEmpty();
    }

    @Test
    void who_adds_to_a_row_that_a_rival_has_deleted_has_lost_the_race() {
        assertThatThrownBy(() -> change(task -> {
                    task.addCandidateGroup("shipping");
                    elsewhere("delete from act_ru_task where id_ = :id");
                }))
                .isInstanceOf(OptimisticLockingException.class);
    }

    @Test
    void who_deletes_a_row_to_which_a_rival_has_added_has_lost_the_race() {
        assertThatThrownBy(() -> change(task -> {
                    tasks.deleteTask(id, true);
                    CompletableFuture.runAsync(() -> tasks.addCandidateGroup(id, "shipping"))
                            .join();
                }))
                .isInstanceOf(OptimisticLockingException.class);
        assertThat(tasks.getIdentityLinksForTask(id)).hasSize(1);
    }

    @Test
    void rows_of_one_table_are_one_statement() {
        var sent = Statements.of(() -> change(task -> {
            task.addCandidateGroup("shipping");
            task.addCandidateGroup("finance");
        }));

        assertThat(sent)
                .filteredOn(sql -> sql.contains("insert into ACT_RU_IDENTITYLINK"))
                .singleElement()
                .satisfies(trip -> assertThat(trip).containsOnlyOnce("insert into ACT_RU_IDENTITYLINK"));
        assertThat(tasks.getIdentityLinksForTask(id))
                .extracting(IdentityLink::getGroupId)
                .containsExactlyInAnyOrder("shipping", "finance");
    }

    @Test
    void what_the_database_cannot_take_is_no_race_and_says_why() {
        assertThatThrownBy(() -> change(task -> {
                    task.addCandidateGroup("shipping");
                    task.setName("long".repeat(1000));
                }))
                .isInstanceOf(ProcessEngineException.class)
                .isNotInstanceOf(OptimisticLockingException.class)
                .hasStackTraceContaining("value too long for type character varying(255)");
        assertThat(tasks.getIdentityLinksForTask(id)).isEmpty();
    }

    /** In a transaction of our own, so that a lost race is not run again. */
    private void change(Consumer<TaskEntity> how) {
        new TransactionTemplate(transactions)
                .executeWithoutResult(status -> engine.getCommandExecutorTxRequired()
                        .execute(command -> {
                            how.accept(command.getTaskManager().findTaskById(id));
                            return null;
                        }));
    }

    private void elsewhere(String sql) {
        CompletableFuture.runAsync(() -> jdbc.sql(sql).param("id", id).update()).join();
    }
}
