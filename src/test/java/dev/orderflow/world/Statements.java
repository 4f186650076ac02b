package dev.orderflow.world;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Takes down what one thread sends to the database, round trip by round trip ({@code a; b} is one, and so is a batch), and its commits. Threads that are not listened to get the plain
 * connections, so that nothing else is different in a test.
 */
public final class Statements implements BeanPostProcessor {

    /** How a commit is taken down; each is one. */
    public static final String COMMIT = "commit";

    /** Every transaction has one; mostly the driver sends it, unseen. */
    private static final String BEGIN = "^begin; ";

    /** What a deployment alone changes is read again every second, by whoever asks first. */
    private static final List<String> ONCE_A_SECOND = List.of(
            "select * from ACT_RE_PROCDEF where ID_ = ?",
            "select * from ACT_RU_JOBDEF where ID_ = ?",
            "select * from ACT_RU_EVENT_SUBSCR RES where (EVENT_TYPE_ = 'message') and (EVENT_NAME_ = ?) and EXECUTION_ID_ is null");

    private static final ThreadLocal<@Nullable List<String>> SENT = new ThreadLocal<>();

    Statements() {}

    /** What this thread sends while it does the work. */
    public static List<String> of(Runnable work) {
        List<String> sent = new ArrayList<>();
        SENT.set(sent);
        try {
            work.run();
        } finally {
            SENT.remove();
        }
        return sent;
    }

    /** Whether this is read once a second, whatever is done within it, so that it is no cost of the work. */
    public static boolean isOnceASecond(String sql) {
        return ONCE_A_SECOND.stream().anyMatch(sql::startsWith);
    }

    /** How often that can have been read in this time, for each of the three models. */
    public static int mostOnceASecond(Duration time) {
        return Math.toIntExact((1 + time.toSeconds()) * ONCE_A_SECOND.size() * 3);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof DataSource plain ? new Listening(plain) : bean;
    }

    private static final class Listening extends DelegatingDataSource {

        Listening(DataSource plain) {
            super(plain);
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            List<String> sent = SENT.get();
            return sent == null ? connection : listen(connection, sent);
        }

        /** What is behind, also for those who ask for any data source: they want to know its address. */
        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            return type.isInstance(getTargetDataSource()) ? type.cast(getTargetDataSource()) : super.unwrap(type);
        }

        private static Connection listen(Connection connection, List<String> sent) {
            return proxy(Connection.class, connection, (name, arguments, result) -> {
                if (name.equals(COMMIT)) {
                    sent.add(COMMIT);
                }
                if (!(result instanceof Statement statement)) {
                    return result;
                }
                String sql = name.startsWith("prepare") ? (String) arguments[0] : "";
                return listen(statement, name, sql, sent);
            });
        }

        private static Statement listen(Statement statement, String created, String sql, List<String> sent) {
            Class<? extends Statement> type = switch (created) {
                case "prepareStatement" -> PreparedStatement.class;
                case "prepareCall" -> CallableStatement.class;
                default -> Statement.class;
            };
            return proxy(type, statement, (name, arguments, result) -> {
                if (name.startsWith("execute")) {
                    String own = arguments.length > 0 && arguments[0] instanceof String text ? text : sql;
                    sent.add(own.strip().replaceAll("\\s+", " ").replaceFirst(BEGIN, ""));
                }
                return result;
            });
        }

        @SuppressWarnings("unchecked")
        private static <T> T proxy(Class<? extends T> type, T target, AfterCall afterCall) {
            return (T) Proxy.newProxyInstance(
                    Statements.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                        try {
                            Object result = method.invoke(target, arguments);
                            return afterCall.turn(
                                    method.getName(), arguments == null ? new Object[0] : arguments, result);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }

    private interface AfterCall {
        @Nullable
        Object turn(String method, Object[] arguments, @Nullable Object result);
    }
}
