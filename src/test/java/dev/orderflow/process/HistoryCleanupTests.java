package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngineConfiguration;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The engine's history is removed when it is old, at night, by the engine's own job. */
@OrderflowTest
class HistoryCleanupTests {

    @Autowired
    World world;

    @Autowired
    HistoryService history;

    @Autowired
    ManagementService management;

    @Autowired
    ProcessEngineConfiguration engine;

    @Autowired
    JdbcClient jdbc;

    @Test
    void its_hours_are_set_and_its_job_waits_for_them() {
        var configuration = (ProcessEngineConfigurationImpl) engine;
        assertThat(configuration.getHistoryCleanupBatchWindowStartTime()).isEqualTo("01:00");
        assertThat(configuration.getHistoryCleanupBatchWindowEndTime()).isEqualTo("05:00");
        assertThat(configuration.getHistoryRemovalTimeStrategy())
                .isEqualTo(ProcessEngineConfiguration.HISTORY_REMOVAL_TIME_STRATEGY_START);

        List<Job> jobs = history.findHistoryCleanupJobs();
        assertThat(jobs).hasSize(1);
        assertThat(jobs.get(0).getRetries()).isPositive();
        assertThat(jobs.get(0).isSuspended()).isFalse();
        LocalTime due = jobs.get(0)
                .getDuedate()
                .toInstant()
                .atZone(ZoneId.systemDefault())
                .toLocalTime();
        assertThat(due).isBetween(LocalTime.of(1, 0), LocalTime.of(5, 0));
    }

    @Test
    void what_began_too_long_ago_is_really_removed_and_what_is_younger_is_not() {
        String old = completed();
        String young = completed();
        assertThat(removalTimes(old))
                .isNotEmpty()
                .allSatisfy(days -> assertThat(days).isBetween(179, 181));
        for (String table : List.of("act_hi_procinst", "act_hi_taskinst", "act_hi_op_log")) {
            jdbc.sql("update " + table + " set removal_time_ = removal_time_ - interval '181 days' where "
                            + (table.equals("act_hi_procinst") ? "id_" : "proc_inst_id_")
                            + " in (select id_ from act_hi_procinst where business_key_ = ?)")
                    .param(old)
                    .update();
        }
        assertThat(instances(old)).isOne();

        Job cleanup = history.cleanUpHistoryAsync(true);
        management.executeJob(cleanup.getId());

        assertThat(instances(old)).isZero();
        assertThat(jdbc.sql("select count(*) from act_hi_taskinst where removal_time_ < localtimestamp")
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(instances(young)).isOne();
        assertThat(world.timeline(old)).startsWith("OrderPlaced");
    }

    private String completed() {
        String orderNo = world.received();
        world.apply(Command.submitReview(orderNo));
        return orderNo;
    }

    /** Days from now. */
    private List<Integer> removalTimes(String orderNo) {
        return jdbc.sql("""
                        select extract(day from removal_time_ - localtimestamp)::integer from act_hi_procinst
                        where business_key_ = ?
                        """).param(orderNo).query(Integer.class).list();
    }

    /** Of the order; its payment began and ended at once and left none. */
    private long instances(String orderNo) {
        return jdbc.sql("select count(*) from act_hi_procinst where business_key_ = ?")
                .param(orderNo)
                .query(Long.class)
                .single();
    }
}
