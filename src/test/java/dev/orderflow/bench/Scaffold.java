package dev.orderflow.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes down what makes it slow to fill tables in bulk, and puts it up again as it was. Indexes of a part of the rows stay: filling
 * hardly touches them, and what polls while we fill needs them.
 */
final class Scaffold {

    /** How full, in percent, the pages of an index are whose keys came in no order. */
    private static final int GROWN_FILL = 70;

    private final Connection connection;

    Scaffold(Connection connection) {
        this.connection = connection;
    }

    /** Foreign keys from and to any table. */
    Taken takeReferences() throws SQLException {
        return take("""
                select format('alter table %s drop constraint %I', conrelid::regclass, conname),
                       format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
                from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace
                order by 1
                """);
    }

    /**
     * Keys and indexes of the table, to which no reference may point any more. They are put up again as full as they are that have
     * grown: in one without a gap, the next orders would split nearly every page they come to.
     */
    Taken takeIndexes(Table table) throws SQLException {
        return take("""
                select case when c.oid is null then format('drop index %%s', i.indexrelid::regclass)
                            else format('alter table %%s drop constraint %%I', i.indrelid::regclass, c.conname) end,
                       case when c.oid is null then pg_get_indexdef(i.indexrelid)
                            else format('alter table %%s add constraint %%I %%s', i.indrelid::regclass, c.conname,
                                        pg_get_constraintdef(c.oid)) end || ' with (fillfactor = %d)',
                       format('alter index %%s reset (fillfactor)', i.indexrelid::regclass)
                from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
                where i.indrelid = '%s'::regclass and i.indpred is null
                order by i.indisprimary desc, i.indexrelid
                """.formatted(GROWN_FILL, table.name()));
    }

    /** @param howTo gives in each row first how to take something down, then how to put it up */
    private Taken take(String howTo) throws SQLException {
        List<String> downs = new ArrayList<>();
        List<String> ups = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(howTo)) {
                while (row.next()) {
                    downs.add(row.getString(1));
                    for (int i = 2; i <= row.getMetaData().getColumnCount(); i++) {
                        ups.add(row.getString(i));
                    }
                }
            }
            for (String down : downs) {
                statement.execute(down);
            }
        }
        return new Taken(ups);
    }

    /** What was taken down. */
    final class Taken {

        private final List<String> ups;

        private Taken(List<String> ups) {
            this.ups = ups;
        }

        void putBack() throws SQLException {
            try (Statement statement = connection.createStatement()) {
                for (String up : ups) {
                    statement.execute(up);
                }
            }
        }
    }
}
