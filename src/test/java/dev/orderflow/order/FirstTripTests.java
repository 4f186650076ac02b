package dev.orderflow.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.embedded.OrderflowTest;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** Whoever opens a transaction along with its first statements has the same transaction as everybody else. */
@OrderflowTest
class FirstTripTests {

    @Autowired
    JdbcOperations operations;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    PlatformTransactionManager transactions;

    @BeforeEach
    void table() {
        jdbc.sql("create table first_trip (n integer primary key)").update();
    }

    @AfterEach
    void noTable() {
        jdbc.sql("drop table first_trip").update();
    }

    @Test
    void what_was_written_first_is_committed_with_the_rest() {
        inTransaction(() -> {
            write(1);
            write(2);
        });

        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void what_was_written_first_goes_with_the_rest() {
        assertThatThrownBy(() -> inTransaction(() -> {
                    write(1);
                    write(1);
                }))
                .hasMessageContaining("first_trip_pkey");

        assertThat(rows()).isZero();
    }

    @Test
    void who_fails_first_leaves_nothing_and_a_connection_that_works() {
        assertThatThrownBy(() -> inTransaction(() -> send("insert into first_trip values (?)", "select 1 / 0")))
                .hasMessageContaining("division by zero");
        inTransaction(() -> write(1));

        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void nobody_else_sees_it_before_the_commit() {
        inTransaction(() -> {
            write(1);
            TransactionTemplate another = new TransactionTemplate(transactions);
            another.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
            Long seen = another.execute(status -> rows());
            assertThat(seen).isZero();
        });
    }

    @Test
    void a_transaction_is_opened_once() {
        inTransaction(() -> {
            assertThat(write(1)).isEqualTo("first");
            assertThat(write(2)).isEqualTo("later");
        });
    }

    @Test
    void a_connection_that_breaks_says_why() {
        assertThatThrownBy(() -> inTransaction(() -> assertThatThrownBy(() -> send(
                                "insert into first_trip values (?)", "select pg_terminate_backend(pg_backend_pid())"))
                        .isInstanceOf(DataAccessException.class)
                        .hasMessageContaining("terminating connection")))
                .isInstanceOf(TransactionException.class); // there is nothing left to commit

        assertThat(rows()).isZero();
    }

    private String write(int n) {
        FirstTrip<String> trip = new FirstTrip<>(
                Stream.of("insert into first_trip values (?)", "select 1"),
                statement -> statement.setInt(1, n),
                statement -> {
                    assertThat((Throwable) statement.getWarnings())
                            .isNull(); // such as of a transaction that is open already
                    assertThat(statement.getUpdateCount()).isEqualTo(1);
                    assertThat(statement.getMoreResults()).isTrue();
                    return "";
                });
        trip.run(operations);
        return trip.getSql().startsWith("begin") ? "first" : "later";
    }

    private void send(String... statements) {
        new FirstTrip<>(Stream.of(statements), statement -> statement.setInt(1, 7), statement -> "").run(operations);
    }

    private void inTransaction(Runnable work) {
        new TransactionTemplate(transactions).executeWithoutResult(status -> work.run());
    }

    private long rows() {
        return jdbc.sql("select count(*) from first_trip").query(Long.class).single();
    }
}
