package dev.orderflow.crash;

import dev.orderflow.embedded.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The embedded broker in a process of its own. It forgets its queues when it ends, so it is never ended on purpose. */
final class QpidBroker implements Broker {

    private static final Duration LONGEST_START = Duration.ofSeconds(30);

    private final int port;
    private final Path log;
    private final Children children;
    private @Nullable Process process;

    QpidBroker(Path log, int port, Children children) {
        this.port = port;
        this.log = log;
        this.children = children;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public boolean keepsMessages() {
        return false;
    }

    @Override
    public void start() throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                Node.JAVA, "-Xmx256m", "-XX:+UseSerialGC", EmbeddedBroker.class.getName(), String.valueOf(port));
        command.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        process = command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        children.add(process.toHandle());
        Until.holds(LONGEST_START, "the embedded broker starts", () -> Node.answers(port));
    }

    @Override
    public void stop() {
        kill();
    }

    @Override
    public void kill() {
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }
}
