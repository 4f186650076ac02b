package dev.orderflow.bad.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.jdbc.core.simple.JdbcClient;

public class CountInSqlDelegate implements JavaDelegate {

    private final JdbcClient jdbc;

    CountInSqlDelegate(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void execute(DelegateExecution execution) {
        execution.setVariable(
                "orders",
                jdbc.sql("select count(*) from orders").query(Long.class).single());
    }
}
