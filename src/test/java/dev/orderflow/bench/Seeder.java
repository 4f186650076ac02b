package dev.orderflow.bench;

import dev.orderflow.bench.Snapshot.Row;
import dev.orderflow.bench.Template.Numbers;
import dev.orderflow.inventory.Inventory;
import dev.orderflow.inventory.StockAdjusted;
import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.messaging.Inbox;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.order.OrderNumbers;
import dev.orderflow.world.Command;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Fills an empty database with orders, through SQL, in the shape the product makes: it takes one order of each kind in through the
 * inbox, looks at every row that this left in any table, and writes these again for all the others.
 */
final class Seeder {

    /** How far an order has come. */
    enum Kind {
        PENDING_PAYMENT,
        AWAITING_SHIPMENT,
        COMPLETED;

        boolean waits() {
            return this != COMPLETED;
        }
    }

    /** So that each has some twenty among a million. */
    static final int CUSTOMERS = 50_000;

    private static final int AT_A_TIME = 50_000;
    private static final int LONGEST_MILLIS = (int) Duration.ofMinutes(30).toMillis();

    private final Inbox inbox;
    private final MessageReader reader;
    private final Inventory inventory;
    private final JdbcClient jdbc;
    private final DataSource dataSource;
    private final PrintStream out;

    Seeder(
            Inbox inbox,
            MessageReader reader,
            Inventory inventory,
            JdbcClient jdbc,
            DataSource dataSource,
            PrintStream out) {
        this.inbox = inbox;
        this.reader = reader;
        this.inventory = inventory;
        this.jdbc = jdbc;
        this.dataSource = dataSource;
        this.out = out;
    }

    /**
     * Half of the waiting orders wait for payment, half for shipment; all are spread over the skus {@code bench-0}, {@code bench-1} …,
     * which are there. Indexes and references are gone meanwhile, so nobody else should do anything, and a failure leaves nothing
     * that is of use.
     *
     * @throws IllegalStateException if there are orders
     */
    void seed(int waiting, int finished, int skus) throws SQLException {
        if (jdbc.sql("select exists (select from orders)").query(Boolean.class).single()) {
            throw new IllegalStateException("There are orders already; seeding wants an empty database.");
        }
        Map<Kind, Numbers> numbers = new EnumMap<>(Kind.class);
        numbers.put(Kind.PENDING_PAYMENT, new Numbers(1, waiting / 2));
        numbers.put(Kind.AWAITING_SHIPMENT, new Numbers(waiting / 2 + 1, waiting));
        numbers.put(Kind.COMPLETED, new Numbers(waiting + 1, (long) waiting + finished));
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try (Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, LONGEST_MILLIS);
            statement.execute("set synchronous_commit = off");
            statement.execute("set maintenance_work_mem = '256MB'");
            fill(connection, statement, numbers, templates(connection, numbers, skus));
            statement.execute("reset synchronous_commit");
            statement.execute("reset maintenance_work_mem");
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private Map<Kind, Template> templates(Connection connection, Map<Kind, Numbers> numbers, int skus)
            throws SQLException {
        Map<Kind, Template> templates = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            if (numbers.get(kind).count() > 0) {
                templates.put(kind, template(connection, kind, skus));
            }
        }
        return templates;
    }

    private Template template(Connection connection, Kind kind, int skus) throws SQLException {
        String orderNo = OrderNumbers.next();
        String sku = "template-" + orderNo;
        String customer = "customer-" + orderNo;
        inventory.adjust(sku, new StockAdjusted(1, Instant.now()));
        Snapshot before = Snapshot.of(connection);
        for (Command command : life(kind, orderNo, sku, customer)) {
            Outcome outcome = inbox.receive(reader.read(command.bytes()), "queue:" + command.source())
                    .outcome();
            if (outcome != Outcome.APPLIED) {
                throw new IllegalStateException(command.type() + " was answered " + outcome);
            }
        }
        Bench.awaitPublished(jdbc);
        Map<Table, List<Row>> rows = Snapshot.of(connection).newSince(before);

        // The longest first: the order's number stands in the other two.
        Map<String, String> names = new LinkedHashMap<>();
        names.put(sku, "'bench-' || (o.n %% %d)".formatted(skus));
        names.put(customer, "'c-' || (o.n * 7919 %% %d)".formatted(CUSTOMERS));
        names.put(orderNo, "upper(left(o.h, 4) || '-' || right(o.h, 4)) || '-5E'");
        return new Template(rows, before.ids(), names, kind.waits());
    }

    /** The commands that bring an order there. */
    static List<Command> life(Kind kind, String orderNo, String sku, String customer) {
        Command placed = Command.placeOrder(orderNo, sku, Life.PIECES);
        placed = placed.with(
                "customer",
                Map.of("id", customer, "name", "Ana Souza", "email", "ana@example.com", "phone", "+55 11 5550 0100"));
        Command paid = Command.paymentCaptured(orderNo, Command.total(Life.PIECES));
        return switch (kind) {
            case PENDING_PAYMENT -> List.of(placed);
            case AWAITING_SHIPMENT -> List.of(placed, paid);
            case COMPLETED ->
                List.of(
                        placed,
                        paid,
                        Command.shipOrder(orderNo),
                        Command.confirmReceipt(orderNo),
                        Command.submitReview(orderNo));
        };
    }

    private void fill(
            Connection connection, Statement statement, Map<Kind, Numbers> numbers, Map<Kind, Template> templates)
            throws SQLException {
        long start = System.nanoTime();
        Scaffold scaffold = new Scaffold(connection);
        TreeSet<Table> tables = new TreeSet<>();
        templates.values().forEach(template -> tables.addAll(template.tables()));
        Scaffold.Taken references = scaffold.takeReferences();
        for (Table table : tables) {
            Scaffold.Taken indexes = scaffold.takeIndexes(table);
            long rows = 0;
            for (Map.Entry<Kind, Template> kind : templates.entrySet()) {
                rows += fill(statement, table, kind.getValue(), numbers.get(kind.getKey()));
            }
            tell(start, "%,d rows of %s", rows, table.name());
            indexes.putBack();
        }
        references.putBack();
        tell(start, "indexes and references are back");
        statement.execute("""
                update stock s set reserved = r.held
                from (select sku, sum(quantity) as held from reservation where state = 'ACTIVE' group by sku) r
                where r.sku = s.sku
                """);
        // As a database is that has grown to this in years, so that no vacuum comes right after.
        for (Table table : tables) {
            statement.execute("vacuum (analyze) " + table.name());
        }
        statement.execute("vacuum (analyze) stock");
        tell(start, "vacuumed and analyzed");
    }

    private static long fill(Statement statement, Table table, Template template, Numbers all) throws SQLException {
        long rows = 0;
        if (template.rows(table) > 0) {
            for (long from = all.first(); from <= all.last(); from += AT_A_TIME) {
                rows += statement.executeLargeUpdate(template.insert(table, all.part(from, AT_A_TIME), all));
            }
        }
        return rows;
    }

    private void tell(long start, String what, Object... values) {
        out.printf(
                Locale.ROOT,
                "SEED %4d s  %s%n",
                (System.nanoTime() - start) / 1_000_000_000,
                String.format(Locale.ROOT, what, values));
    }
}
