package dev.orderflow.process;

import dev.orderflow.order.LastWrites;
import dev.orderflow.order.LastWrites.Write;
import dev.orderflow.order.StatementList;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ibatis.builder.SqlSourceBuilder;
import org.apache.ibatis.exceptions.PersistenceException;
import org.apache.ibatis.mapping.BoundSql;
import org.apache.ibatis.mapping.MappedStatement;
import org.apache.ibatis.mapping.ParameterMapping;
import org.apache.ibatis.mapping.SqlSource;
import org.apache.ibatis.reflection.ParamNameResolver;
import org.apache.ibatis.reflection.Reflector;
import org.apache.ibatis.reflection.SystemMetaObject;
import org.apache.ibatis.scripting.xmltags.DynamicContext;
import org.apache.ibatis.scripting.xmltags.DynamicSqlSource;
import org.apache.ibatis.scripting.xmltags.SqlNode;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.type.JdbcType;
import org.apache.ibatis.type.TypeHandler;
import org.camunda.bpm.engine.impl.db.DbEntity;
import org.camunda.bpm.engine.impl.db.FlushResult;
import org.camunda.bpm.engine.impl.db.entitymanager.operation.DbOperation;
import org.camunda.bpm.engine.impl.db.sql.BatchDbSqlSession;
import org.camunda.bpm.engine.impl.db.sql.DbSqlSessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.EventSubscriptionEntity;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Sends what a command changed in the engine's tables in one round trip, and with it what the transaction writes last. A step of an order
 * changes a dozen tables, one row each, so there is nothing for the engine's own batches, which are of equal statements, to put together.
 */
class OneTrip extends BatchDbSqlSession {

    /** What one order's step may change. Many steps together have equal statements enough, and seldom the same ones twice. */
    private static final int MOST = 16;

    /** As the engine writes them, with the row that can be repeated. */
    private static final Pattern INSERT = Pattern.compile(
            "\\s*insert into [^()]*\\([^()]*\\)\\s*values\\s*(?<row>\\([?,\\s\\d]*\\))\\s*", Pattern.CASE_INSENSITIVE);

    private static final Pattern DELETE = Pattern.compile(
            "\\s*delete\\s+from\\s+(?<table>\\w+)\\s+where\\s+(?<row>.*\\S)\\s*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** The engine's statements about one row, as such about several. */
    private static final Map<Rows, String> SEVERAL = new ConcurrentHashMap<>();

    /** How the engine's entities are put into its statements: a few dozen of them. */
    private static final Map<Shape, List<Value>> VALUES = new ConcurrentHashMap<>();

    /** The engine's statements that have conditions, and what they are once these are decided. */
    private static final Map<String, SqlNode> CONDITIONS = new ConcurrentHashMap<>();

    private static final Map<Shape, SqlSource> READ = new ConcurrentHashMap<>();

    /** What every statement can refer to. */
    private static final Set<String> GIVEN =
            Set.of(DynamicContext.PARAMETER_OBJECT_KEY, DynamicContext.DATABASE_ID_KEY);

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
        List<List<Change>> statements = statements(collected);
        List<Write> along = lastWrites.take();
        int[] rows;
        try {
            rows = send(statements, along);
        } catch (SQLException e) {
            return failed(operations, collected, e);
        } finally {
            sqlSession.clearCache();
        }
        List<DbOperation> failed = new ArrayList<>();
        Iterator<DbOperation> next = operations.iterator();
        for (int i = 0; i < statements.size(); i++) {
            int changed = statements.get(i).size();
            for (int j = 0; j < changed; j++) {
                DbOperation operation = next.next();
                postProcessOperationPerformed(operation, rows[i] / changed, null);
                if (operation.isFailed()) {
                    failed.add(operation);
                }
            }
        }
        for (int i = 0; i < along.size(); i++) {
            along.get(i).written().accept(rows[statements.size() + i]);
        }
        return FlushResult.withFailures(failed);
    }

    /**
     * PostgreSQL does not say which of the statements was at fault, but of a violated key in which table. Who writes to that table has lost
     * a race with whoever deleted what the row belongs to; where nobody does, it is an error and no race.
     */
    private FlushResult failed(List<DbOperation> operations, List<Change> changed, SQLException cause) {
        PersistenceException failure = new PersistenceException(cause.getMessage(), cause);
        String table = table(cause);
        DbOperation culprit = null;
        for (int i = 0; i < operations.size() && culprit == null; i++) {
            boolean writesThere = changed.get(i).sql().toLowerCase(Locale.ROOT).contains(table);
            culprit = writesThere && isConcurrentModificationException(operations.get(i), failure)
                    ? operations.get(i)
                    : null;
        }
        if (culprit == null) {
            culprit = operations.stream()
                    .filter(operation -> !isConcurrentModificationException(operation, failure))
                    .findFirst()
                    .orElse(operations.get(0));
        }
        postProcessOperationPerformed(culprit, 0, failure);
        return FlushResult.withFailuresAndRemaining(List.of(culprit), List.of());
    }

    private static String table(SQLException cause) {
        ServerErrorMessage said = cause instanceof PSQLException known ? known.getServerErrorMessage() : null;
        return said == null || said.getTable() == null ? "" : said.getTable().toLowerCase(Locale.ROOT);
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

    /**
     * Each change is a statement, but rows that are inserted into one table one after the other are one, and so are subscriptions that
     * end with the execution they belong to: it is the key by which they are found.
     */
    private static List<List<Change>> statements(List<Change> changes) {
        List<List<Change>> statements = new ArrayList<>(changes.size());
        Change last = null;
        for (Change change : changes) {
            if (last != null && change.goesWith(last)) {
                statements.get(statements.size() - 1).add(change);
            } else {
                statements.add(new ArrayList<>(List.of(change)));
            }
            last = change;
        }
        return statements;
    }

    private static String sql(List<Change> statement) {
        Change one = statement.get(0);
        return statement.size() == 1
                ? one.sql()
                : SEVERAL.computeIfAbsent(new Rows(one.sql(), one.kind(), statement.size()), Rows::several);
    }

    private enum Kind {
        INSERT,
        UPDATE,
        DELETE
    }

    /** So many rows for a statement about one. */
    private record Rows(String one, Kind kind, int number) {

        String several() {
            Matcher parts = (kind == Kind.INSERT ? INSERT : DELETE).matcher(one);
            if (!parts.matches()) {
                throw new IllegalStateException("not how the engine changes a row: " + one);
            }
            String row = parts.group("row");
            return kind == Kind.INSERT
                    ? one + (", " + row).repeat(number - 1)
                    : "delete from %s where EXECUTION_ID_ = ? and (%s)"
                            .formatted(parts.group("table"), String.join(" or ", Collections.nCopies(number, row)));
        }
    }

    private int[] send(List<List<Change>> statements, List<Write> along) throws SQLException {
        String sql = StatementList.sql(Stream.concat(
                statements.stream().map(OneTrip::sql), along.stream().map(Write::sql)));
        try (PreparedStatement statement = sqlSession.getConnection().prepareStatement(sql)) {
            int next = 1;
            for (List<Change> changes : statements) {
                String execution = changes.get(0).execution();
                if (changes.size() > 1 && execution != null) {
                    statement.setString(next++, execution);
                }
                for (Change change : changes) {
                    next = change.bind(sqlSession.getConfiguration(), statement, next);
                }
            }
            for (Write write : along) {
                next = write.bind(statement, next);
            }
            return StatementList.execute(statement, statements.size() + along.size());
        }
    }

    @Override
    protected void executeInsertEntity(String insert, Object parameter) {
        if (changes == null) {
            super.executeInsertEntity(insert, parameter);
        } else {
            changes.add(change(insert, parameter, Kind.INSERT));
        }
    }

    @Override
    public int executeUpdate(String update, Object parameter) {
        return changes == null ? super.executeUpdate(update, parameter) : add(changes, update, parameter, Kind.UPDATE);
    }

    @Override
    protected int executeDelete(String delete, Object parameter) {
        return changes == null ? super.executeDelete(delete, parameter) : add(changes, delete, parameter, Kind.DELETE);
    }

    private int add(List<Change> to, String statement, @Nullable Object parameter, Kind kind) {
        to.add(change(dbSqlSessionFactory.mapStatement(statement), parameter, kind));
        return 0; // as of a batch, whose rows are counted when it is sent
    }

    private Change change(String id, @Nullable Object parameter, Kind kind) {
        MappedStatement statement = sqlSession.getConfiguration().getMappedStatement(id);
        Object wrapped = ParamNameResolver.wrapToMapIfCollection(parameter, null);
        return new Change(bound(statement, wrapped), wrapped, kind);
    }

    /** Of a statement with conditions MyBatis makes the text anew each time; here what that text says of its parameters is kept. */
    private static BoundSql bound(MappedStatement statement, @Nullable Object parameter) {
        if (!(parameter instanceof DbEntity) || !(statement.getSqlSource() instanceof DynamicSqlSource)) {
            return statement.getBoundSql(parameter);
        }
        SqlNode root = CONDITIONS.computeIfAbsent(statement.getId(), id ->
                (SqlNode) SystemMetaObject.forObject(statement.getSqlSource()).getValue("rootSqlNode"));
        DynamicContext text = new DynamicContext(statement.getConfiguration(), parameter);
        root.apply(text);
        if (!text.getBindings().keySet().equals(GIVEN)) { // there are variables that belong to this time
            return statement.getBoundSql(parameter);
        }
        return READ.computeIfAbsent(
                        new Shape(text.getSql(), parameter.getClass()),
                        shape -> new SqlSourceBuilder(statement.getConfiguration())
                                .parse(shape.sql(), shape.entity(), Map.of()))
                .getBoundSql(parameter);
    }

    /** A statement and what is put into it, as MyBatis would, but from a place of its own among the parameters. */
    private record Change(BoundSql bound, @Nullable Object parameter, Kind kind) {

        String sql() {
            return bound.getSql();
        }

        boolean goesWith(Change before) {
            return sql().equals(before.sql())
                    && (kind == Kind.INSERT || execution() != null && Objects.equals(execution(), before.execution()));
        }

        /** Of a subscription that is deleted. */
        @Nullable
        String execution() {
            return kind == Kind.DELETE && parameter instanceof EventSubscriptionEntity subscription
                    ? subscription.getExecutionId()
                    : null;
        }

        /** Gives the place of the next parameter. */
        int bind(Configuration configuration, PreparedStatement statement, int first) throws SQLException {
            int place = first;
            for (Value value : values(configuration)) {
                value.set(configuration, statement, place++, parameter);
            }
            return place;
        }

        private List<Value> values(Configuration configuration) {
            if (!(parameter instanceof DbEntity)
                    || !bound.getAdditionalParameters().isEmpty()
                            && bound.getParameterMappings().stream().anyMatch(this::isAdditional)) {
                return describe(configuration);
            }
            Shape shape = new Shape(sql(), parameter.getClass());
            List<Value> known = VALUES.get(shape); // mostly there, and then nobody waits for anybody
            return known != null ? known : VALUES.computeIfAbsent(shape, of -> describe(configuration));
        }

        private List<Value> describe(Configuration configuration) {
            return bound.getParameterMappings().stream()
                    .map(mapping -> new Value(mapping, getter(configuration, mapping)))
                    .toList();
        }

        private Function<Object, @Nullable Object> getter(Configuration configuration, ParameterMapping mapping) {
            String name = mapping.getProperty();
            if (isAdditional(mapping)) {
                return owner -> bound.getAdditionalParameter(name);
            } else if (parameter == null
                    || configuration.getTypeHandlerRegistry().hasTypeHandler(parameter.getClass())) {
                return owner -> owner;
            }
            Reflector type = configuration.getReflectorFactory().findForClass(parameter.getClass());
            return parameter instanceof DbEntity && type.hasGetter(name)
                    ? Accessors.getter(type, name)
                    : owner -> configuration.newMetaObject(owner).getValue(name); // of a map, or a path
        }

        private boolean isAdditional(ParameterMapping mapping) {
            return bound.hasAdditionalParameter(mapping.getProperty());
        }
    }

    /** What of an entity goes into which statement. */
    private record Shape(String sql, Class<?> entity) {}

    /** A statement's parameter, and how its value is read. */
    private record Value(ParameterMapping mapping, Function<Object, @Nullable Object> getter) {

        void set(Configuration configuration, PreparedStatement statement, int place, @Nullable Object owner)
                throws SQLException {
            Object value = getter.apply(owner);
            JdbcType type = mapping.getJdbcType();
            @SuppressWarnings("unchecked")
            TypeHandler<Object> handler = (TypeHandler<Object>) mapping.getTypeHandler();
            handler.setParameter(
                    statement, place, value, value == null && type == null ? configuration.getJdbcTypeForNull() : type);
        }
    }
}
