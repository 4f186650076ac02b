package dev.orderflow.crash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** RabbitMQ as Debian installs it: a node of its own name, ports, data and log, that touches no other. */
final class RabbitMq implements Broker {

    private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");
    private static final Duration LONGEST_START = Duration.ofSeconds(120);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    private final Path home;
    private final int port;
    private final Map<String, String> environment;
    private final Children children;
    private final File out;
    private @Nullable Process script;
    private @Nullable ProcessHandle node;

    RabbitMq(Path home, int port, int distributionPort, int mapperPort, Children children) throws IOException {
        this.home = Files.createDirectories(home.toAbsolutePath());
        this.port = port;
        this.children = children;
        this.out = home.resolve("out").toFile();
        Files.writeString(home.resolve("rabbitmq.conf"), "");
        Files.writeString(home.resolve("rabbitmq-env.conf"), "");
        Files.writeString(home.resolve("enabled_plugins"), "[].\n");
        environment = Map.ofEntries(
                Map.entry("HOME", this.home.toString()),
                Map.entry("ERL_EPMD_PORT", String.valueOf(mapperPort)),
                Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                Map.entry("RABBITMQ_CONF_ENV_FILE", in("rabbitmq-env.conf")),
                Map.entry("RABBITMQ_CONFIG_FILE", in("rabbitmq.conf")),
                Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", in("enabled_plugins")),
                Map.entry("RABBITMQ_NODENAME", "crash-" + port + "@localhost"),
                Map.entry("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
                Map.entry("RABBITMQ_NODE_PORT", String.valueOf(port)),
                Map.entry("RABBITMQ_DIST_PORT", String.valueOf(distributionPort)),
                Map.entry("RABBITMQ_MNESIA_BASE", in("data")),
                Map.entry("RABBITMQ_LOG_BASE", in("log")),
                Map.entry("RABBITMQ_PID_FILE", in("pid")));
    }

    private String in(String file) {
        return home.resolve(file).toString();
    }

    static boolean isInstalled() {
        return Files.isExecutable(SERVER);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public boolean keepsMessages() {
        return true;
    }

    @Override
    public synchronized void start() throws IOException {
        Files.deleteIfExists(home.resolve("pid"));
        ProcessBuilder command = new ProcessBuilder(SERVER.toString());
        command.environment().putAll(environment);
        Process started = command.redirectErrorStream(true).redirectOutput(out).start();
        script = started;
        children.add(started.toHandle());
        boolean up = Until.holds(LONGEST_START, () -> {
            ours().forEach(children::add);
            return Files.readString(out.toPath()).contains("completed with");
        });
        if (!up) {
            ours().forEach(ProcessHandle::destroyForcibly);
            throw new IllegalStateException("RabbitMQ does not start, see " + out);
        }
        node = ProcessHandle.of(
                        Long.parseLong(Files.readString(home.resolve("pid")).strip()))
                .orElseThrow();
    }

    /** The script, the node, and the port mapper that Erlang leaves behind: all that were given our port of it. */
    private Stream<ProcessHandle> ours() {
        String mark = "ERL_EPMD_PORT=" + environment.get("ERL_EPMD_PORT") + "\0";
        return ProcessHandle.allProcesses().filter(process -> {
            try {
                return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "environ"), ISO_8859_1)
                        .contains(mark);
            } catch (IOException gone) {
                return false;
            }
        });
    }

    @Override
    public synchronized void stop() {
        end(false);
    }

    @Override
    public synchronized void kill() {
        end(true);
    }

    private void end(boolean kill) {
        ProcessHandle running = node;
        if (running == null) {
            return;
        }
        List<ProcessHandle> all = running.descendants().toList();
        try {
            if (kill) {
                running.destroyForcibly();
            } else {
                running.destroy();
            }
            running.onExit().get(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException busy) {
            running.destroyForcibly();
            running.onExit().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
        all.forEach(ProcessHandle::destroyForcibly);
        if (script != null) {
            script.destroyForcibly();
        }
        node = null;
    }
}
