package dev.orderflow.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.world.World;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** What a transaction records is written when it commits, all of it and in order, or not at all. */
@OrderflowTest
class TimelineTests {

    @Autowired
    Timeline timeline;

    @Autowired
    TransactionOperations transactions;

    @Autowired
    JdbcClient jdbc;

    private final String one = World.newOrderNo();
    private final String other = World.newOrderNo();

    @Test
    void the_events_of_one_transaction_count_on_for_each_subject() {
        transactions.executeWithoutResult(tx -> record(one, "OrderPlaced"));
        transactions.executeWithoutResult(tx -> {
            record(one, "OrderPaid");
            record(other, "OrderPlaced");
            record(one, "OrderReleased");
        });

        assertThat(written(one)).containsExactly("1 OrderPlaced", "2 OrderPaid", "3 OrderReleased");
        assertThat(written(other)).containsExactly("1 OrderPlaced");
    }

    @Test
    void what_is_rolled_back_was_never_recorded_and_does_not_follow_the_thread() {
        transactions.executeWithoutResult(tx -> {
            record(one, "OrderPlaced");
            tx.setRollbackOnly();
        });
        transactions.executeWithoutResult(tx -> record(one, "OrderCancelled"));

        assertThat(written(one)).containsExactly("1 OrderCancelled");
    }

    @Test
    void nothing_is_recorded_outside_a_transaction() {
        assertThatThrownBy(() -> record(one, "OrderPlaced")).isInstanceOf(IllegalStateException.class);

        transactions.executeWithoutResult(tx -> record(one, "OrderPaid"));
        assertThat(written(one)).containsExactly("1 OrderPaid");
    }

    private void record(String subject, String type) {
        timeline.record(subject, type, Map.of());
    }

    /** Nothing else knows these subjects, so they are taken away again before somebody counts orders without rows. */
    private List<String> written(String subject) {
        List<String> events = jdbc.sql(
                        "select sequence || ' ' || type from order_event where subject = :subject order by id")
                .param("subject", subject)
                .query(String.class)
                .list();
        jdbc.sql("delete from order_event where subject = :subject")
                .param("subject", subject)
                .update();
        return events;
    }
}
