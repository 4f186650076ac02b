package dev.orderflow.order;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.ResourceHolderSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What the current transaction writes last: all of it in one round trip, with what the engine writes or right before the commit. For
 * rows that nobody reads before that, and that are fewer if they are written at the end.
 */
@Component
public class LastWrites {

    private final JdbcOperations jdbc;

    LastWrites(JdbcOperations jdbc) {
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

    /** Takes over what is collected so far, for somebody who sends it along with changes of its own. */
    public List<Write> take() {
        Pending pending = (Pending) TransactionSynchronizationManager.getResource(this);
        return pending == null ? List.of() : pending.take();
    }

    /** What a writer has collected, and how it is written. */
    public interface Collected {

        Write write();
    }

    /**
     * One statement and the values of its parameters.
     *
     * @param written is told how many rows it wrote, and throws if it should have been others
     */
    public record Write(String sql, List<? extends @Nullable Object> values, IntConsumer written) {

        public static Write of(String sql, IntConsumer written, @Nullable Object... values) {
            return new Write(sql, Arrays.asList(values), written);
        }

        /** One value of each row, for {@code unnest}. */
        public static <T> String[] column(List<T> rows, Function<T, @Nullable String> value) {
            return rows.stream().map(value).toArray(String[]::new);
        }

        /** Gives the place of the next parameter. */
        public int bind(PreparedStatement statement, int first) throws SQLException {
            return StatementList.bind(statement, first, values);
        }
    }

    private static final class Pending extends ResourceHolderSupport {

        private final Map<Object, Collected> collected = new LinkedHashMap<>();

        List<Write> take() {
            List<Write> writes =
                    collected.values().stream().map(Collected::write).toList();
            collected.clear();
            return writes;
        }
    }

    private final class BeforeCommit extends ResourceHolderSynchronization<Pending, LastWrites> {

        private final Pending pending;

        BeforeCommit(Pending pending) {
            super(pending, LastWrites.this);
            this.pending = pending;
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            List<Write> writes = pending.take();
            if (!writes.isEmpty()) {
                send(writes);
            }
        }
    }

    private void send(List<Write> writes) {
        jdbc.execute(StatementList.sql(writes.stream().map(Write::sql)), (PreparedStatement statement) -> {
            int place = 1;
            for (Write write : writes) {
                place = write.bind(statement, place);
            }
            int[] rows = StatementList.execute(statement, writes.size());
            for (int i = 0; i < rows.length; i++) {
                writes.get(i).written().accept(rows[i]);
            }
            return rows;
        });
    }
}
