package dev.orderflow.order;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.ResourceHolderSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What the current transaction writes last: all of it in one round trip, right before it commits. For rows that nobody reads before
 * that, and that are fewer if they are written at the end.
 */
@Component
public class LastWrites {

    private final NamedParameterJdbcOperations jdbc;

    LastWrites(NamedParameterJdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What this writer has collected in the current transaction so far.
     *
     * @throws IllegalStateException outside a transaction
     */
    public <T extends Collected> T of(Object writer, Class<T> kind, Supplier<T> nothingYet) {
        Pending pending = (Pending) TransactionSynchronizationManager.getResource(this);
        if (pending == null) {
            pending = new Pending();
            // First of the two: it refuses to work outside a transaction.
            TransactionSynchronizationManager.registerSynchronization(new BeforeCommit(pending));
            TransactionSynchronizationManager.bindResource(this, pending);
        }
        return kind.cast(pending.collected.computeIfAbsent(writer, none -> nothingYet.get()));
    }

    /** PostgreSQL's driver sends {@code a; b} as one message, and tells for each how many rows it wrote. */
    private void send(List<Write> writes) {
        String all = writes.stream().map(Write::sql).collect(Collectors.joining(";\n"));
        Map<String, Object> parameters = new HashMap<>();
        for (Write write : writes) {
            write.parameters().forEach((name, value) -> {
                if (parameters.put(name, value) != null) {
                    throw new IllegalStateException("two writers have a parameter of the name " + name);
                }
            });
        }
        int[] rows = jdbc.execute(
                all, parameters, (PreparedStatementCallback<int[]>) statement -> rows(statement, writes.size()));
        for (int i = 0; i < writes.size(); i++) {
            writes.get(i).written().accept(rows[i]);
        }
    }

    private static int[] rows(PreparedStatement statement, int statements) throws SQLException {
        statement.execute();
        int[] rows = new int[statements];
        for (int i = 0; i < statements; i++) {
            rows[i] = statement.getUpdateCount();
            statement.getMoreResults();
        }
        return rows;
    }

    /** What a writer has collected, and how it is written. */
    public interface Collected {

        Write write();
    }

    /**
     * One statement and its named parameters, whose names no other writer has.
     *
     * @param written is told how many rows it wrote, and throws if it should have been others
     */
    public record Write(String sql, Map<String, ?> parameters, IntConsumer written) {}

    private static final class Pending extends ResourceHolderSupport {
        private final Map<Object, Collected> collected = new LinkedHashMap<>();
    }

    private final class BeforeCommit extends ResourceHolderSynchronization<Pending, LastWrites> {

        private final Pending pending;

        BeforeCommit(Pending pending) {
            super(pending, LastWrites.this);
            this.pending = pending;
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            List<Write> writes = new ArrayList<>();
            pending.collected.values().forEach(collected -> writes.add(collected.write()));
            pending.collected.clear();
            if (!writes.isEmpty()) {
                send(writes);
            }
        }
    }
}
