package dev.orderflow.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A real PostgreSQL as a child process, on loopback, with one database {@code orderflow} owned by the role {@code orderflow}. */
public final class EmbeddedPostgresServer implements AutoCloseable {

    private static final Path BINARIES = Path.of("target", "postgres");
    private static final Path TEST_DATA = Path.of("target", "test-postgres");

    private final EmbeddedPostgres postgres;
    private final Path data;

    private EmbeddedPostgresServer(EmbeddedPostgres postgres, Path data) {
        this.postgres = postgres;
        this.data = data;
    }

    /**
     * Starts on the data of earlier runs, or on an empty directory, on the usual port where it is free; every commit reaches
     * the disk.
     */
    static EmbeddedPostgresServer keeping(Path data) {
        return keeping(data, Ports.usualOrFree(5432));
    }

    /** The same on the given port. */
    public static EmbeddedPostgresServer keeping(Path data, int port) {
        stopOrphan(data);
        return start(
                data,
                builder(data, port)
                        .setCleanDataDirectory(false)
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on"));
    }

    /** Starts on a fresh directory that is gone afterwards; nothing waits for the disk. */
    static EmbeddedPostgresServer forgetting() {
        int port = Ports.free();
        Path data = TEST_DATA.resolve(ProcessHandle.current().pid() + "-" + port);
        return start(data, builder(data, port).setCleanDataDirectory(true).setServerConfig("full_page_writes", "off"));
    }

    private static EmbeddedPostgres.Builder builder(Path data, int port) {
        // Where the library looks for what killed test runs left behind, to stop and delete it. Kept data must not lie
        // there.
        System.setProperty("ot.epg.working-dir", TEST_DATA.toString());
        return EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(BINARIES.toFile())
                .setDataDirectory(data)
                .setPort(port)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setRegisterShutdownHook(false)
                .setLocaleConfig("locale", "C")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("max_connections", "100")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("jit", "off");
    }

    private static EmbeddedPostgresServer start(Path data, EmbeddedPostgres.Builder builder) {
        try {
            EmbeddedPostgresServer server = new EmbeddedPostgresServer(builder.start(), data);
            server.createDatabase();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("The embedded PostgreSQL did not start", e);
        } catch (SQLException e) {
            throw new IllegalStateException("The embedded PostgreSQL started but gives no database", e);
        }
    }

    private void createDatabase() throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet existing = statement.executeQuery("select 1 from pg_database where datname = 'orderflow'")) {
                if (existing.next()) {
                    return;
                }
            }
            statement.execute("create role orderflow login createdb password 'orderflow'");
            statement.execute("create database orderflow owner orderflow");
        }
    }

    /** A killed JVM leaves its PostgreSQL running on the data, so the next start ends it first. */
    static void stopOrphan(Path data) {
        Path pidFile = pidFile(data);
        if (!Files.exists(pidFile)) {
            return;
        }
        try {
            postmaster(data).filter(EmbeddedPostgresServer::isPostgres).ifPresent(EmbeddedPostgresServer::stop);
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path pidFile(Path data) {
        return data.resolve("postmaster.pid");
    }

    private static Optional<ProcessHandle> postmaster(Path data) throws IOException {
        return ProcessHandle.of(
                Long.parseLong(Files.readAllLines(pidFile(data)).get(0).strip()));
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> command.contains("postgres"))
                .isPresent();
    }

    private static void stop(ProcessHandle process) {
        process.destroy();
        try {
            process.onExit().get(10, TimeUnit.SECONDS);
        } catch (TimeoutException busy) {
            process.destroyForcibly();
            process.onExit().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while an earlier PostgreSQL stopped", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("An earlier PostgreSQL cannot be stopped", e);
        }
    }

    /** The server's first process, the parent of all its sessions. */
    public ProcessHandle process() {
        try {
            return postmaster(data).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/orderflow";
    }

    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
