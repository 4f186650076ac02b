package dev.orderflow.order;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.SqlTypeValue;
import org.springframework.jdbc.core.StatementCreatorUtils;

/**
 * Statements sent in one round trip: PostgreSQL's driver sends {@code a; b; c} as one message, and gives the result of each. The list is
 * prepared and kept like a single statement, so it should be one that comes again.
 */
public final class StatementList {

    /** More different lists than come again; what is made beyond them is not kept. */
    private static final int MOST = 1000;

    /** A driver finds what it has prepared by the text, and thousands of characters sooner if they are the very same ones. */
    private static final Map<List<String>, String> KNOWN = new ConcurrentHashMap<>();

    private StatementList() {}

    /** What to prepare; the parameters of all statements are numbered through. */
    public static String sql(Stream<String> statements) {
        List<String> list = statements.toList();
        String known = KNOWN.get(list);
        if (known == null) {
            known = String.join(";\n", list);
            if (KNOWN.size() < MOST) {
                KNOWN.putIfAbsent(list, known);
            }
        }
        return known;
    }

    /**
     * Sets parameters from the given place on, and gives the place of the next. What is null is a text, like most of what may be: for a
     * parameter whose type changes the statement is prepared anew.
     */
    public static int bind(PreparedStatement list, int first, Iterable<? extends @Nullable Object> values)
            throws SQLException {
        int place = first;
        for (Object value : values) {
            int type = value == null ? Types.VARCHAR : SqlTypeValue.TYPE_UNKNOWN;
            StatementCreatorUtils.setParameterValue(list, place++, type, value);
        }
        return place;
    }

    /** Executes a list of statements that only change rows, and gives how many rows each of them changed. */
    public static int[] execute(PreparedStatement list, int statements) throws SQLException {
        list.execute();
        int[] rows = new int[statements];
        for (int i = 0; i < statements; i++) {
            rows[i] = list.getUpdateCount();
            list.getMoreResults();
        }
        return rows;
    }
}
