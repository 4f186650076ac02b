package dev.orderflow.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A table of the product or the engine, as the database describes it. */
record Table(String name, List<Column> columns, List<String> key) implements Comparable<Table> {

    static List<Table> all(Connection connection) throws SQLException {
        Map<String, Table> tables = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select c.relname, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                               a.attidentity <> '' or a.attgenerated <> '' as made, coalesce(a.attnum = any (k.indkey), false) as key
                        from pg_class c
                        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                        left join pg_index k on k.indrelid = c.oid and k.indisprimary
                        where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
                        order by c.relname, a.attnum
                        """)) {
            while (row.next()) {
                Table table = tables.computeIfAbsent(
                        row.getString(1), name -> new Table(name, new ArrayList<>(), new ArrayList<>()));
                table.columns.add(new Column(row.getString(2), row.getString(3), row.getBoolean(4)));
                if (row.getBoolean(5)) {
                    table.key.add(row.getString(2));
                }
            }
        }
        // Without a key, the whole row tells it from others.
        tables.values().stream()
                .filter(table -> table.key.isEmpty())
                .forEach(table -> table.columns.stream().map(Column::name).forEach(table.key::add));
        return List.copyOf(tables.values());
    }

    @Override
    public int compareTo(Table other) {
        return name.compareTo(other.name);
    }

    /** @param made the database makes the value itself */
    record Column(String name, String type, boolean made) {

        boolean isTime() {
            return type.startsWith("timestamp");
        }
    }
}
