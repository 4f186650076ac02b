package dev.orderflow.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderflow.bench.Seeder.Kind;
import dev.orderflow.bench.Snapshot.Row;
import dev.orderflow.bench.Table.Column;
import dev.orderflow.embedded.SecondNode;
import dev.orderflow.inventory.Inventory;
import dev.orderflow.inventory.StockAdjusted;
import dev.orderflow.messaging.Inbox;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.order.CancelReason;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.web.Invariants;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.io.OutputStream;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Orders that were written by SQL cannot be told from those the product made, by anybody. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeederTests {

    private static final int EACH = 50;
    private static final int SKUS = 7;

    /** Ids, and order numbers as the product makes them. */
    private static final Pattern NAME = Pattern.compile(Snapshot.ID + "|\\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}\\b");

    /** What differs between two orders of the product too: times and what was left on the shelf. */
    private static final Pattern MOVES = Pattern.compile("(?<=\"available\":)\\d+|[0-9-]{10}T[0-9:.]+Z");

    private ConfigurableApplicationContext node;
    private World world;
    private JdbcClient jdbc;
    private Seeder seeder;
    private List<String> schemaBefore;

    /** Ids that were there before any order. */
    private Set<String> shared;

    @BeforeAll
    void seed() throws SQLException {
        node = SecondNode.start("seeded", SecondNode.emptyDatabase("orderflow_seeded"));
        world = node.getBean(World.class);
        jdbc = node.getBean(JdbcClient.class);
        Inventory inventory = node.getBean(Inventory.class);
        for (int sku = 0; sku < SKUS; sku++) {
            inventory.adjust("bench-" + sku, new StockAdjusted(1_000_000, Instant.now()));
        }
        seeder = new Seeder(
                node.getBean(Inbox.class),
                node.getBean(MessageReader.class),
                inventory,
                jdbc,
                node.getBean(DataSource.class),
                new PrintStream(OutputStream.nullOutputStream()));
        schemaBefore = schema();
        shared = snapshot().ids();

        seeder.seed(2 * EACH, EACH, SKUS);
    }

    @AfterAll
    void close() {
        node.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_seeded_order_left_the_same_rows_everywhere(Kind kind) throws SQLException {
        String seeded = seeded(kind, 3);
        String made = World.newOrderNo();
        Seeder.life(kind, made, world.sku(seeded), customer(seeded)).forEach(world::apply);
        Bench.awaitPublished(jdbc);

        Snapshot now = snapshot();
        Map<String, List<String>> shape = shape(now.about(seeded, shared), seeded);
        assertThat(shape).containsKeys("orders", "act_hi_procinst", "order_event", "inbox");
        assertThat(shape).isEqualTo(shape(now.about(made, shared), made));
    }

    @Test
    void as_many_are_there_as_were_asked_for() {
        assertThat(jdbc.sql("select count(*) from orders where order_no like '%-5E'")
                        .query(Long.class)
                        .single())
                .isEqualTo(3 * EACH);
        assertThat(jdbc.sql("""
                                select count(*) from act_ru_job j join orders on duedate_ < localtimestamp + interval '23 h'
                                where order_no like '%-5E' and process_instance_id_ in (
                                    select proc_inst_id_ from act_ru_execution where business_key_ = order_no)
                                """).query(Long.class).single())
                .as("timers due within a day")
                .isZero();
    }

    @Test
    void indexes_and_constraints_are_what_they_were() {
        assertThat(schema()).isEqualTo(schemaBefore);
    }

    @Test
    void a_seeded_order_goes_its_way() {
        String orderNo = seeded(Kind.PENDING_PAYMENT, 0);
        world.pay(orderNo);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        world.apply(Command.shipOrder(orderNo));
        world.apply(Command.confirmReceipt(orderNo));
        world.apply(Command.submitReview(orderNo));
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.COMPLETED);

        String paid = seeded(Kind.AWAITING_SHIPMENT, 0);
        world.apply(Command.shipOrder(paid));
        assertThat(world.status(paid)).isEqualTo(OrderStatus.SHIPPED);
        assertInvariants();
    }

    @Test
    void a_seeded_timer_fires() {
        String unpaid = seeded(Kind.PENDING_PAYMENT, 1);
        world.fire(world.timer("order", unpaid, "BoundaryEvent_PaymentOverdue"));
        assertThat(world.cancelReason(unpaid)).isEqualTo(CancelReason.PAYMENT_OVERDUE);

        String late = seeded(Kind.AWAITING_SHIPMENT, 1);
        world.fire(world.timer("order", late, "BoundaryEvent_ShipmentOverdue"));
        assertThat(world.timeline(late)).endsWith("ShipmentOverdue");
        assertInvariants();
    }

    @Test
    void what_holds_orders_is_not_seeded_again() {
        assertThatThrownBy(() -> seeder.seed(1, 1, SKUS)).hasMessageContaining("empty database");
    }

    private void assertInvariants() {
        assertThat(node.getBean(Invariants.class).check().broken()).isEmpty();
    }

    /** One of those that no other test changes. */
    private String seeded(Kind kind, int which) {
        return jdbc.sql("""
                        select order_no from orders
                        where order_no like '%-5E' and status = :status order by placed_at limit 1 offset :which
                        """)
                .param("status", kind.name())
                .param("which", EACH / 5 * (which + 1))
                .query(String.class)
                .single();
    }

    private String customer(String orderNo) {
        return jdbc.sql("select customer_id from orders where order_no = :orderNo")
                .param("orderNo", orderNo)
                .query(String.class)
                .single();
    }

    private Snapshot snapshot() throws SQLException {
        try (Connection connection = node.getBean(DataSource.class).getConnection()) {
            return Snapshot.of(connection);
        }
    }

    private List<String> schema() {
        return jdbc.sql("""
                        select indexdef from pg_indexes where schemaname = current_schema()
                        union all
                        select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated
                        from pg_constraint where connamespace = current_schema()::regnamespace
                        order by 1
                        """).query(String.class).list();
    }

    /**
     * The rows without what tells one order from another: its number and ids become the place of their first sight, times and what is
     * counted become marks.
     */
    private Map<String, List<String>> shape(Map<Table, List<Row>> rows, String orderNo) {
        Map<String, String> names = new LinkedHashMap<>(Map.of(orderNo, "ORDER"));
        Map<String, List<String>> shape = new TreeMap<>();
        rows.forEach((table, all) -> shape.put(
                table.name(),
                all.stream()
                        .sorted((one, other) -> masked(table, one).compareTo(masked(table, other)))
                        .map(row ->
                                described(table, row, name -> names.computeIfAbsent(name, first -> "#" + names.size())))
                        .toList()));
        return shape;
    }

    /** As it is compared with others of its table before they have names. */
    private String masked(Table table, Row row) {
        return described(table, row, name -> "…");
    }

    private String described(Table table, Row row, UnaryOperator<String> names) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            Column column = table.columns().get(i);
            String value = row.values().get(i);
            if (value != null) {
                values.add(column.name() + "=" + described(column, value, names));
            }
        }
        return String.join(" ", values);
    }

    private String described(Column column, String value, UnaryOperator<String> names) {
        if (column.isTime() || column.made() || column.name().startsWith("duration")) {
            return "…";
        }
        String still = MOVES.matcher(value).replaceAll("…");
        return NAME.matcher(still)
                .replaceAll(name -> shared.contains(name.group()) ? name.group() : names.apply(name.group()));
    }
}
