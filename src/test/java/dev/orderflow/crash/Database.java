package dev.orderflow.crash;

import dev.orderflow.embedded.EmbeddedPostgresServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A PostgreSQL that can be stopped, killed and started again on what it left. */
final class Database implements AutoCloseable {

    private final Path data;
    private final int port;
    private final Children children;
    private EmbeddedPostgresServer server;

    Database(Path data, int port, Children children) {
        this.data = data;
        this.port = port;
        this.children = children;
        this.server = start();
    }

    private EmbeddedPostgresServer start() {
        EmbeddedPostgresServer started = EmbeddedPostgresServer.keeping(data, port);
        children.add(started.process());
        return started;
    }

    int port() {
        return port;
    }

    JdbcClient sql() {
        return JdbcClient.create(new DriverManagerDataSource(
                "jdbc:postgresql://127.0.0.1:" + port + "/orderflow?connectTimeout=5&socketTimeout=60",
                "orderflow",
                "orderflow"));
    }

    synchronized void restart() {
        server.close();
        server = start();
    }

    /** Ends the server and all its sessions at once. */
    synchronized void killAndStart() {
        ProcessHandle postmaster = server.process();
        List<ProcessHandle> sessions = postmaster.descendants().toList();
        postmaster.destroyForcibly();
        sessions.forEach(ProcessHandle::destroyForcibly);
        postmaster.onExit().join();
        sessions.forEach(session -> session.onExit().join());
        server.close(); // lets go of the data directory
        server = start();
    }

    void killSessions() throws SQLException {
        sql().sql(
                        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'orderflow' and pid <> pg_backend_pid()")
                .query(Boolean.class)
                .list();
    }

    @Override
    public synchronized void close() {
        server.close();
    }
}
