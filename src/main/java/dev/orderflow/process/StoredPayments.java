package dev.orderflow.process;

import org.camunda.bpm.engine.OptimisticLockingException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Which payment a process is about, as its row says. Variables sent along with a task overwrite ours in the engine's memory at once,
 * the row not before the end.
 */
@Repository
class StoredPayments {

    private final JdbcClient jdbc;

    StoredPayments(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The ledger's key of the payment; if it is gone, so is the instance, and somebody else was faster. */
    long of(String processInstance) {
        return jdbc.sql("select long_ from act_ru_variable where proc_inst_id_ = :instance and name_ = :name")
                .param("instance", processInstance)
                .param("name", OrderVariables.PAYMENT.name())
                .query(Long.class)
                .optional()
                .orElseThrow(() -> new OptimisticLockingException("the payment of " + processInstance + " is gone"));
    }
}
