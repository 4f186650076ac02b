package dev.orderflow.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every row of every table as it is at one moment, in text; meant for a database that is small yet. */
record Snapshot(Map<Table, Map<List<@Nullable String>, Row>> rows) {

    static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** Those that messages have, and those that the engine gives. */
    static final Pattern ID = Pattern.compile(UUID + "|\\b[0-9a-z]+-0[0-9a-z]{7}\\b");

    static Snapshot of(Connection connection) throws SQLException {
        Map<Table, Map<List<@Nullable String>, Row>> rows = new TreeMap<>();
        for (Table table : Table.all(connection)) {
            rows.put(table, rows(connection, table));
        }
        return new Snapshot(rows);
    }

    private static Map<List<@Nullable String>, Row> rows(Connection connection, Table table) throws SQLException {
        String sql = "select %s from %s order by %s"
                .formatted(
                        table.columns().stream().map(c -> c.name() + "::text").collect(Collectors.joining(", ")),
                        table.name(),
                        String.join(", ", table.key()));
        Map<List<@Nullable String>, Row> rows = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                @Nullable String[] values = new String[table.columns().size()];
                List<@Nullable String> key = new ArrayList<>();
                for (int i = 0; i < values.length; i++) {
                    values[i] = result.getString(i + 1);
                    if (table.key().contains(table.columns().get(i).name())) {
                        key.add(values[i]);
                    }
                }
                rows.put(key, new Row(Arrays.asList(values)));
            }
        }
        return rows;
    }

    /** What is here and was not there then; a row that only changed is not new. */
    Map<Table, List<Row>> newSince(Snapshot then) {
        Map<Table, List<Row>> fresh = new TreeMap<>();
        rows.forEach((table, here) -> {
            Map<List<@Nullable String>, Row> there = then.rows.getOrDefault(table, Map.of());
            List<Row> added = here.entrySet().stream()
                    .filter(row -> !there.containsKey(row.getKey()))
                    .map(Map.Entry::getValue)
                    .toList();
            if (!added.isEmpty()) {
                fresh.put(table, added);
            }
        });
        return fresh;
    }

    /** All ids that occur anywhere. */
    Set<String> ids() {
        return rows.values().stream()
                .flatMap(table -> table.values().stream())
                .flatMap(Row::ids)
                .collect(Collectors.toSet());
    }

    /** The rows that speak of the order, or of an id that such a row speaks of, and so on; but for ids that all orders share. */
    Map<Table, List<Row>> about(String orderNo, Set<String> shared) {
        Set<String> known = new HashSet<>(Set.of(orderNo));
        Map<Table, List<Row>> found = new TreeMap<>();
        int before;
        do {
            before = known.size();
            found.clear();
            rows.forEach((table, all) -> {
                List<Row> its =
                        all.values().stream().filter(row -> row.speaksOf(known)).toList();
                if (!its.isEmpty()) {
                    found.put(table, its);
                }
            });
            found.values().stream().flatMap(List::stream).flatMap(Row::ids).forEach(known::add);
            known.removeAll(shared);
        } while (known.size() > before);
        return found;
    }

    /** Values in the order of the table's columns. */
    record Row(List<@Nullable String> values) {

        Stream<String> ids() {
            return values.stream()
                    .filter(Objects::nonNull)
                    .flatMap(value -> ID.matcher(value).results().map(MatchResult::group));
        }

        private boolean speaksOf(Set<String> words) {
            return values.stream()
                    .filter(Objects::nonNull)
                    .anyMatch(value -> words.contains(value)
                            || ID.matcher(value)
                                    .results()
                                    .map(MatchResult::group)
                                    .anyMatch(words::contains));
        }
    }
}
