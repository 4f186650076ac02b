package dev.orderflow.bench;

import dev.orderflow.bench.Snapshot.Row;
import dev.orderflow.bench.Table.Column;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows the product left of one order, and how to write them again for others: every id that is this order's own becomes another
 * one, wherever it stands, also within a text; past times move back, the orders spread evenly over {@link #SPREAD}; what is due moves
 * ahead, so that nothing falls due while something is measured. What the rows mean need not be known.
 */
final class Template {

    /** Less than the least age at which something of an order is removed. */
    static final Duration SPREAD = Duration.ofDays(20);

    private static final Duration QUIET = Duration.ofDays(1);

    /** Of one order; it has a few dozen. */
    private static final int MOST_IDS = 128;

    private final Map<Table, List<Row>> rows;
    private final boolean waits;
    private final Map<String, String> own = new LinkedHashMap<>();
    private final Pattern words;

    /**
     * @param rows all rows of the order
     * @param shared ids that are not the order's own
     * @param names what stands for the names that the order was given, as SQL on a row of {@code o (n, h)}: its number, and the same
     *     as eight hexadecimal digits in no order
     * @param waits something of it is due
     */
    Template(Map<Table, List<Row>> rows, Set<String> shared, Map<String, String> names, boolean waits) {
        this.rows = rows;
        this.waits = waits;
        own.putAll(names);
        rows.values().stream()
                .flatMap(List::stream)
                .flatMap(Row::ids)
                .filter(id -> !shared.contains(id))
                .distinct()
                .forEach(id -> own.put(id, another(id, own.size())));
        words = Pattern.compile(own.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|")));
    }

    /** An id that no order but this one has, of the same kind: in no order, or one after the other as the engine gives them. */
    private static String another(String id, int place) {
        return Snapshot.UUID.matcher(id).matches()
                ? "o.h || '-%04x-1000-8000-5eed5eed5eed'".formatted(place)
                : "'seed-' || lpad(to_hex(o.n * %d + %d), 8, '0')".formatted(MOST_IDS, place);
    }

    Set<Table> tables() {
        return rows.keySet();
    }

    int rows(Table table) {
        return rows.getOrDefault(table, List.of()).size();
    }

    /** Writes the table's rows of the orders with these numbers, which are some of all the numbers of the kind. */
    String insert(Table table, Numbers some, Numbers all) {
        List<Column> columns =
                table.columns().stream().filter(column -> !column.made()).toList();
        String tuples = rows.get(table).stream()
                .map(row -> tuple(table, row))
                .collect(Collectors.joining(",\n    ", "(values\n    ", ")"));
        return """
                insert into %s (%s)
                select v.* from (
                    select n, lpad(to_hex((n * 2654435761) & 4294967295), 8, '0') as h,
                           interval '1 ms' * ((%4$d - n) * %6$d / %5$d) as back, interval '1 ms' * (%7$d + (n - %3$d) * %6$d / %5$d) as ahead
                    from generate_series(%8$d::bigint, %9$d::bigint) n) o
                cross join lateral %10$s v
                """.formatted(
                        table.name(),
                        columns.stream().map(Column::name).collect(Collectors.joining(", ")),
                        all.first(),
                        all.last(),
                        all.count(),
                        SPREAD.toMillis(),
                        QUIET.toMillis(),
                        some.first(),
                        some.last(),
                        tuples);
    }

    private String tuple(Table table, Row row) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            Column column = table.columns().get(i);
            if (!column.made()) {
                values.add(value(column, row.values().get(i)));
            }
        }
        return "(" + String.join(", ", values) + ")";
    }

    private String value(Column column, @Nullable String value) {
        if (value == null) {
            return "null::" + column.type();
        }
        if (column.isTime()) {
            boolean due = waits && column.name().startsWith("due");
            return quoted(value) + "::" + column.type() + (due ? " + o.ahead" : " - o.back");
        }
        List<String> parts = new ArrayList<>();
        Matcher word = words.matcher(value);
        int end = 0;
        while (word.find()) {
            parts.add(quoted(value.substring(end, word.start())));
            parts.add(own.get(word.group()));
            end = word.end();
        }
        parts.add(quoted(value.substring(end)));
        return "(" + String.join(" || ", parts) + ")::" + column.type();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** Both ends belong to it; empty if the last is before the first. */
    record Numbers(long first, long last) {

        long count() {
            return last - first + 1;
        }

        /** At most so many of these, from the given one on. */
        Numbers part(long from, long atMost) {
            return new Numbers(from, Math.min(last, from + atMost - 1));
        }
    }
}
