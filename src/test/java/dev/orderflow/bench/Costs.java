package dev.orderflow.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What was used up so far. CPU of the database is known where it runs on this Linux machine, statements where pg_stat_statements is
 * loaded and may be read; what is not known is NaN.
 */
record Costs(
        double statements,
        double roundTrips,
        double commits,
        double jvmCpuSeconds,
        double databaseCpuSeconds,
        double walBytes,
        double tableBytes) {

    private static final double TICKS_PER_SECOND = 100; // of /proc on every Linux there is

    static Costs now(JdbcClient jdbc) {
        return new Costs(
                statements(jdbc),
                RoundTrips.count(),
                number(jdbc, "select xact_commit from pg_stat_database where datname = current_database()"),
                jvmCpu(),
                databaseCpu(jdbc),
                number(jdbc, "select pg_current_wal_lsn() - '0/0'::pg_lsn"),
                number(
                        jdbc,
                        "select sum(pg_total_relation_size(oid)) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"));
    }

    /** What was used between then and this, for each of so many orders. */
    Costs since(Costs then, int orders) {
        return new Costs(
                (statements - then.statements) / orders,
                (roundTrips - then.roundTrips) / orders,
                (commits - then.commits) / orders,
                (jvmCpuSeconds - then.jvmCpuSeconds) / orders,
                (databaseCpuSeconds - then.databaseCpuSeconds) / orders,
                (walBytes - then.walBytes) / orders,
                (tableBytes - then.tableBytes) / orders);
    }

    /** Resident memory of this process in MiB. */
    static double residentMebibytes() {
        return field(Path.of("/proc/self/status"), "VmRSS:")
                .map(kibibytes -> kibibytes / 1024)
                .orElse(Double.NaN);
    }

    /** What the last collection left of the heap, in MiB. */
    static double liveMebibytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .map(MemoryPoolMXBean::getCollectionUsage)
                        .filter(Objects::nonNull)
                        .mapToLong(MemoryUsage::getUsed)
                        .sum()
                / (1024.0 * 1024);
    }

    private static double statements(JdbcClient jdbc) {
        try {
            jdbc.sql("create extension if not exists pg_stat_statements").update();
            return number(jdbc, """
                    select sum(calls) from pg_stat_statements s join pg_database d on d.oid = s.dbid
                    where d.datname = current_database() and query !~* '^(begin|commit|rollback|set|show)'
                    """);
        } catch (DataAccessException notThere) {
            return Double.NaN;
        }
    }

    private static double number(JdbcClient jdbc, String sql) {
        return jdbc.sql(sql).query(Double.class).single();
    }

    private static double jvmCpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    /** The backends that are, and through their parent those that are gone. */
    private static double databaseCpu(JdbcClient jdbc) {
        long backend = (long) number(jdbc, "select pg_backend_pid()");
        Optional<ProcessHandle> server = ProcessHandle.of(backend).flatMap(ProcessHandle::parent);
        if (server.isEmpty() || !Files.exists(Path.of("/proc/" + backend))) {
            return Double.NaN;
        }
        return cpu(server.get(), true)
                + server.get()
                        .children()
                        .mapToDouble(child -> cpu(child, false))
                        .sum();
    }

    private static double cpu(ProcessHandle process, boolean withGoneChildren) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            double ticks = Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
            if (withGoneChildren) {
                ticks += Double.parseDouble(fields[13]) + Double.parseDouble(fields[14]);
            }
            return ticks / TICKS_PER_SECOND;
        } catch (IOException gone) {
            return 0;
        }
    }

    private static Optional<Double> field(Path file, String name) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                    .findFirst();
        } catch (IOException notLinux) {
            return Optional.empty();
        }
    }
}
