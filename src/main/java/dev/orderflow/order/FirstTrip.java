package dev.orderflow.order;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.PreparedStatementSetter;
import org.springframework.jdbc.core.SqlProvider;

/**
 * A list of statements that mostly is the first thing a transaction sends, and then opens the transaction itself: {@code begin; a; b}.
 * PostgreSQL's driver would ask for that by a message of its own, which is answered at once and by itself, so that the client is woken
 * twice for one round trip.
 */
final class FirstTrip<T> implements PreparedStatementCreator, PreparedStatementCallback<T>, SqlProvider {

    private final List<String> statements;
    private final PreparedStatementSetter values;
    private final PreparedStatementCallback<T> results;
    private @Nullable BaseConnection unopened;

    /** @param results is given the executed statement, whose present result is that of the first of these */
    FirstTrip(Stream<String> statements, PreparedStatementSetter values, PreparedStatementCallback<T> results) {
        this.statements = statements.toList();
        this.values = values;
        this.results = results;
    }

    @Nullable
    T run(JdbcOperations jdbc) {
        return jdbc.execute(this, this);
    }

    @Override
    public PreparedStatement createPreparedStatement(Connection connection) throws SQLException {
        unopened = unopened(connection);
        return connection.prepareStatement(getSql());
    }

    /** The driver's connection, if it would open a transaction now, one that may write. */
    private static @Nullable BaseConnection unopened(Connection connection) throws SQLException {
        BaseConnection driver = connection.unwrap(BaseConnection.class);
        boolean opens = !driver.getAutoCommit() && driver.getTransactionState() == TransactionState.IDLE;
        return opens && !driver.isReadOnly() ? driver : null;
    }

    @Override
    public String getSql() {
        return StatementList.sql(
                unopened == null ? statements.stream() : Stream.concat(Stream.of("begin"), statements.stream()));
    }

    @Override
    public @Nullable T doInPreparedStatement(PreparedStatement list) throws SQLException {
        values.setValues(list);
        if (unopened == null) {
            list.execute();
        } else {
            open(list, unopened);
        }
        return results.doInPreparedStatement(list);
    }

    /** For as long as the driver thinks that nobody wants a transaction, it sends what it is given and nothing else. */
    private static void open(PreparedStatement list, BaseConnection driver) throws SQLException {
        driver.setAutoCommit(true);
        try {
            list.execute();
        } finally {
            if (!driver.isClosed()) { // or that would be told, and not why it is
                driver.setAutoCommit(false);
            }
        }
        list.getMoreResults();
    }
}
