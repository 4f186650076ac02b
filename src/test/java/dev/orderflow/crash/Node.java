package dev.orderflow.crash;

import dev.orderflow.world.Cable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One process of the packaged application, with cables of its own to the database and the broker. */
final class Node {

    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    static final String SHOP_KEY = "crash-shop-key-0123456789";
    static final String MONITOR_KEY = "crash-monitor-key-0123456789";

    private static final Duration LONGEST_START = Duration.ofSeconds(120);
    private static final Duration LONGEST_REVIVAL = Duration.ofSeconds(300);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(60);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final int number;
    private final int port;
    private final App app;
    private final Path log;
    private final Cable database;
    private final Cable broker;
    private final Children children;
    private @Nullable Process process;
    private volatile boolean up;

    Node(int number, int port, App app, Path log, int databasePort, int brokerPort, Children children)
            throws IOException {
        this.number = number;
        this.port = port;
        this.app = app;
        this.log = log;
        this.database = new Cable("127.0.0.1", databasePort);
        this.broker = new Cable("127.0.0.1", brokerPort);
        this.children = children;
    }

    int number() {
        return number;
    }

    Path log() {
        return log;
    }

    Cable database() {
        return database;
    }

    Cable broker() {
        return broker;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** @param skew how far its clock is off */
    synchronized void start(Duration skew) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(JAVA, "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(app.options());
        command.addAll(List.of("--server.port=" + port, "--server.address=127.0.0.1"));
        Site.SETTINGS.forEach((name, value) -> command.add("--" + name + "=" + value));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("SPRING_") || name.startsWith("ORDERFLOW_"));
        builder.environment()
                .put("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:" + database.port() + "/orderflow");
        builder.environment().put("SPRING_DATASOURCE_USERNAME", "orderflow");
        builder.environment().put("SPRING_DATASOURCE_PASSWORD", "orderflow");
        builder.environment().put("SPRING_RABBITMQ_HOST", "127.0.0.1");
        builder.environment().put("SPRING_RABBITMQ_PORT", String.valueOf(broker.port()));
        builder.environment().put("ORDERFLOW_ADMIN_PASSWORD", "crash-admin-password");
        if (!skew.isZero()) {
            builder.environment().put("LD_PRELOAD", fakeTime().orElseThrow().toString());
            builder.environment().put("FAKETIME", "%+ds".formatted(skew.toSeconds()));
            builder.environment().put("DONT_FAKE_MONOTONIC", "1");
            builder.environment().put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
            // Without this, every timed wait of the JVM ends at once, and the node eats all processors.
            builder.environment().put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        }
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        children.add(process.toHandle());
    }

    /** The library that gives a process another time, where it is installed. */
    static Optional<Path> fakeTime() {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
                    .filter(Files::exists)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void awaitReady() {
        boolean ready = Until.holds(LONGEST_START, () -> !isAlive() || isReady());
        if (!ready || !isAlive()) {
            throw new IllegalStateException("node " + number + " does not start, see " + log);
        }
        up = true;
    }

    /** Has it write down how its classes look, so that every later start is shorter. */
    synchronized void archiveClasses() throws IOException {
        if (process != null) {
            app.archive(process.pid());
        }
    }

    /** Starts it again and again until it is ready: one that finds no database gives up, as it should. */
    void revive(Duration skew) throws IOException {
        start(skew);
        long deadline = System.nanoTime() + LONGEST_REVIVAL.toNanos();
        while (!Until.holds(LOOK, this::isReady)) {
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("node " + number + " does not come back, see " + log);
            }
            if (!isAlive()) {
                start(skew);
            }
        }
        up = true;
    }

    /** Whether it has started; it may be cut off or paused. */
    boolean isUp() {
        return up;
    }

    boolean isReady() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri("/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(5))
                .build();
        return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }

    synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    synchronized void kill() {
        up = false;
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /**
     * Asks it to end.
     *
     * @return its exit code, or empty if it had to be killed
     */
    synchronized Optional<Integer> terminate() throws InterruptedException {
        if (process == null) {
            return Optional.empty();
        }
        up = false;
        process.destroy();
        if (process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
            return Optional.of(process.exitValue());
        }
        kill();
        return Optional.empty();
    }

    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    private synchronized void signal(String name) {
        if (process == null || !process.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static boolean answers(int port) throws IOException {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return true;
    }
}
