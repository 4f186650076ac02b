package dev.orderflow.crash;

import dev.orderflow.embedded.Ports;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.util.FileSystemUtils;

/** Everything that runs: one database, one broker, some nodes. */
final class Site implements AutoCloseable {

    /** A paused node that wakes after this has lost its jobs to the others. */
    static final Duration JOB_LOCK = Duration.ofSeconds(8);

    static final Duration PAYMENT_TIMER = Duration.ofSeconds(8);

    /** Of one node; the default of {@code orderflow.messaging.consumers}. */
    static final int CONSUMERS = 2;

    /** Orders to be paid by {@link Story#PATIENT} wait long enough for any outage, those by {@link Story#HASTY} do not. */
    static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("orderflow.timers.payment", PAYMENT_TIMER.toString()),
            Map.entry("orderflow.timers.payment-by-method.[" + Story.PATIENT + "]", "PT1H"),
            Map.entry("orderflow.timers.ship-reminder", "PT6S"),
            Map.entry("orderflow.timers.auto-receipt", "PT15S"),
            Map.entry("orderflow.timers.review-window", "PT15S"),
            Map.entry("orderflow.timers.refund", "PT1H"),
            Map.entry("orderflow.parking", "PT1H"),
            Map.entry("orderflow.accounts.shop.key", Node.SHOP_KEY),
            Map.entry("orderflow.accounts.shop.groups", "integration"),
            Map.entry("orderflow.accounts.shop.sources", "/shop/**,/psp/**,/wms/**,/carrier/**"),
            Map.entry("orderflow.accounts.monitor.key", Node.MONITOR_KEY),
            Map.entry("orderflow.accounts.monitor.groups", "monitoring"),
            Map.entry("camunda.bpm.job-execution.lock-time-in-millis", String.valueOf(JOB_LOCK.toMillis())),
            Map.entry("spring.main.banner-mode", "off"),
            Map.entry("springdoc.api-docs.enabled", "false"));

    private final Children children;
    private final Database database;
    private final Broker broker;
    private final List<Node> nodes = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();

    Site(Path directory, CrashOptions options, PrintStream out) throws IOException {
        FileSystemUtils.deleteRecursively(directory);
        Files.createDirectories(directory);
        children = new Children(directory);
        Runtime.getRuntime().addShutdownHook(new Thread(this::endChildren));
        database = new Database(directory.resolve("postgres"), Ports.free(), children);
        broker = RabbitMq.isInstalled()
                ? new RabbitMq(directory.resolve("rabbitmq"), Ports.free(), Ports.free(), Ports.free(), children)
                : new QpidBroker(directory.resolve("broker.log"), Ports.free(), children);
        broker.start();
        out.printf(
                "A PostgreSQL on port %d, %s on port %d, %d nodes; all logs are in %s.%n",
                database.port(),
                broker.keepsMessages() ? "a RabbitMQ" : "the embedded broker (no RabbitMQ is installed)",
                broker.port(),
                options.nodes(),
                directory);
        App app = new App(options.jar(), directory);
        for (int number = 1; number <= options.nodes(); number++) {
            nodes.add(new Node(
                    number,
                    Ports.free(),
                    app,
                    directory.resolve("node-" + number + ".log"),
                    database.port(),
                    broker.port(),
                    children));
        }
    }

    /** Starts all nodes at once, on whatever is in the database. */
    void startNodes() throws IOException {
        for (Node node : nodes) {
            node.start(Duration.ZERO);
        }
        nodes.forEach(Node::awaitReady);
        nodes.get(0).archiveClasses();
    }

    Database database() {
        return database;
    }

    Broker broker() {
        return broker;
    }

    List<Node> nodes() {
        return nodes;
    }

    /** The node whose relay holds the lock. */
    Optional<Node> leader() {
        return database.sql()
                .sql("""
                        select a.client_port from pg_locks l join pg_stat_activity a using (pid)
                        where l.locktype = 'advisory' and l.granted and l.objid = hashtext('orderflow.relay')::oid
                        """)
                .query(Integer.class)
                .optional()
                .flatMap(port -> nodes.stream()
                        .filter(node -> node.database().carries(port))
                        .findFirst());
    }

    /** One after the other, as a load balancer would choose that knows nothing of their health. */
    Node anyNode() {
        return nodes.get(Math.floorMod(next.getAndIncrement(), nodes.size()));
    }

    private void endChildren() {
        try {
            children.close();
        } catch (IOException e) {
            e.printStackTrace();
        }
    }

    @Override
    public void close() {
        for (Node node : nodes) {
            node.kill();
        }
        broker.close();
        database.close();
        endChildren();
    }
}
