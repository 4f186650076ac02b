package dev.orderflow.process;

import dev.orderflow.order.LastWrites;
import dev.orderflow.order.LastWrites.Write;
import dev.orderflow.order.StatementList;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.mapping.BoundSql;
import org.apache.ibatis.mapping.MappedStatement;
import org.apache.ibatis.mapping.ParameterMapping;
import org.apache.ibatis.reflection.MetaObject;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.type.JdbcType;
import org.apache.ibatis.type.TypeHandler;
import org.camunda.bpm.engine.impl.db.FlushResult;
import org.camunda.bpm.engine.impl.db.entitymanager.operation.DbOperation;
import org.camunda.bpm.engine.impl.db.sql.BatchDbSqlSession;
import org.camunda.bpm.engine.impl.db.sql.DbSqlSessionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a command changed in the engine's tables in one round trip, and with it what the transaction writes last. A step of an order
 * changes a dozen tables, one row each, so there is nothing for the engine's own batches, which are of equal statements, to put together.
 */
class OneTrip extends BatchDbSqlSession {

    /** What one order's step may change. Many steps together have equal statements enough, and seldom the same ones twice. */
    private static final int MOST = 16;

    private final LastWrites lastWrites;
    private @Nullable List<Change> changes;

    OneTrip(DbSqlSessionFactory factory, LastWrites lastWrites) {
        super(factory);
        this.lastWrites = lastWrites;
    }

    @Override
    public FlushResult executeDbOperations(List<DbOperation> operations) {
        if (operations.size() > MOST) {
            return super.executeDbOperations(operations);
        }
        flushBatchOperations(); // what was sent to the session by other ways comes first
        List<Change> collected = collect(operations);
        List<Write> along = lastWrites.take();
        int[] rows;
        try {
            rows = send(collected, along);
        } catch (SQLException e) {
            return failed(operations, new PersistenceException(e.getMessage(), e));
        } finally {
            sqlSession.clearCache();
        }
        List<DbOperation> failed = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            DbOperation operation = operations.get(i);
            postProcessOperationPerformed(operation, rows[i], null);
            if (operation.isFailed()) {
                failed.add(operation);
            }
        }
        for (int i = 0; i < along.size(); i++) {
            along.get(i).written().accept(rows[operations.size() + i]);
        }
        return FlushResult.withFailures(failed);
    }

    /** Which of the operations was at fault is not told. One that can have lost a race is taken to have lost it. */
    private FlushResult failed(List<DbOperation> operations, PersistenceException failure) {
        DbOperation culprit = operations.stream()
                .filter(operation -> isConcurrentModificationException(operation, failure))
                .findFirst()
                .orElse(operations.get(0));
        postProcessOperationPerformed(culprit, 0, failure);
        return FlushResult.withFailuresAndRemaining(List.of(culprit), List.of());
    }

    private List<Change> collect(List<DbOperation> operations) {
        List<Change> collected = new ArrayList<>(operations.size());
        changes = collected;
        try {
            operations.forEach(this::executeDbOperation);
        } finally {
            changes = null;
        }
        if (collected.size() != operations.size()) {
            throw new IllegalStateException(operations + " made other statements than one each: " + collected);
        }
        return collected;
    }

    private int[] send(List<Change> changed, List<Write> along) throws SQLException {
        String sql = StatementList.sql(Stream.concat(
                changed.stream().map(change -> change.sql().getSql()),
                along.stream().map(Write::sql)));
        try (PreparedStatement statement = sqlSession.getConnection().prepareStatement(sql)) {
            int next = 1;
            for (Change change : changed) {
                next = change.bind(sqlSession.getConfiguration(), statement, next);
            }
            for (Write write : along) {
                next = write.bind(statement, next);
            }
            return StatementList.execute(statement, changed.size() + along.size());
        }
    }

    @Override
    protected void executeInsertEntity(String insert, Object parameter) {
        if (changes == null) {
            super.executeInsertEntity(insert, parameter);
        } else {
            changes.add(change(insert, parameter));
        }
    }

    @Override
    public int executeUpdate(String update, Object parameter) {
        return changes == null ? super.executeUpdate(update, parameter) : add(changes, update, parameter);
    }

    @Override
    protected int executeDelete(String delete, Object parameter) {
        return changes == null ? super.executeDelete(delete, parameter) : add(changes, delete, parameter);
    }

    private int add(List<Change> to, String statement, Object parameter) {
        to.add(change(dbSqlSessionFactory.mapStatement(statement), parameter));
        return 0; // as of a batch, whose rows are counted when it is sent
    }

    private Change change(String id, Object parameter) {
        MappedStatement statement = sqlSession.getConfiguration().getMappedStatement(id);
        return new Change(statement.getBoundSql(parameter), parameter);
    }

    /** A statement and what is put into it, as MyBatis would, but from a place of its own among the parameters. */
    private record Change(BoundSql sql, Object parameter) {

        /** Gives the place of the next parameter. */
        int bind(Configuration configuration, PreparedStatement statement, int first) throws SQLException {
            boolean plain = configuration.getTypeHandlerRegistry().hasTypeHandler(parameter.getClass());
            MetaObject properties = plain ? null : configuration.newMetaObject(parameter);
            int place = first;
            for (ParameterMapping mapping : sql.getParameterMappings()) {
                Object value = value(mapping.getProperty(), properties);
                JdbcType type = mapping.getJdbcType();
                @SuppressWarnings("unchecked")
                TypeHandler<Object> handler = (TypeHandler<Object>) mapping.getTypeHandler();
                handler.setParameter(
                        statement,
                        place++,
                        value,
                        value == null && type == null ? configuration.getJdbcTypeForNull() : type);
            }
            return place;
        }

        private @Nullable Object value(String property, @Nullable MetaObject properties) {
            if (sql.hasAdditionalParameter(property)) {
                return sql.getAdditionalParameter(property);
            }
            return properties == null ? parameter : properties.getValue(property);
        }
    }
}
