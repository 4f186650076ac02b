package dev.orderflow.races;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.embedded.SecondNode;
import dev.orderflow.inventory.StockLevel;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.world.AtOnce;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Everybody wants the same sku: whoever is first gets it, on whichever node, nobody waits for ever, and nothing is sold twice. */
@OrderflowTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HotSkuTests {

    private static final int BUYERS = 8;
    private static final int ORDERS = 200;
    private static final int PIECES = 20;
    private static final String DEADLOCK = "40P01";

    @Autowired
    private ApplicationContext context;

    @Autowired
    private JdbcClient jdbc;

    private ConfigurableApplicationContext other;
    private List<Node> nodes;
    private List<HikariDataSource> pools;

    @BeforeAll
    void startTheOtherNode() throws SQLException {
        other = SecondNode.start("hot", Map.of());
        nodes = List.of(Node.of(context), Node.of(other));
        pools = new ArrayList<>();
        for (ApplicationContext node : List.of(context, other)) {
            pools.add(node.getBean(DataSource.class).unwrap(HikariDataSource.class));
        }
    }

    @AfterAll
    void stopTheOtherNode() {
        other.close();
    }

    @Test
    void all_orders_on_one_sku_end_without_deadlock_without_oversell_and_in_turn() throws Exception {
        World world = nodes.get(0).world();
        Sale sale = new Sale(world.stocked(PIECES), world.stocked(1_000_000), new AtomicInteger(ORDERS));
        long deadlocks = deadlocks();

        List<Callable<Bought>> everybody = new ArrayList<>();
        for (int buyer = 0; buyer < BUYERS; buyer++) {
            Node node = nodes.get(buyer % nodes.size());
            everybody.add(() -> buy(node, sale));
        }
        everybody.add(() -> count(nodes.get(1), sale));
        List<Bought> bought = AtOnce.run(everybody).subList(0, BUYERS);

        assertThat(deadlocks()).as("deadlocks").isEqualTo(deadlocks);
        StockLevel left = world.stock(sale.hot());
        assertThat(left.reserved()).isBetween(0L, left.onHand());
        assertThat(left.reserved()).isEqualTo(pieces(sale.hot(), "ACTIVE"));
        assertThat(left.onHand() + pieces(sale.hot(), "DEDUCTED")).isEqualTo(PIECES);
        assertThat(bought.stream().mapToInt(Bought::inVain).sum())
                .as("orders that came too late")
                .isPositive();
        double share = bought.stream().mapToInt(Bought::orders).average().orElseThrow();
        assertThat(bought)
                .as("everybody gets at least a third of a fair share of %s", share)
                .allSatisfy(one -> assertThat(one.orders()).isGreaterThanOrEqualTo((int) (share / 3)));
    }

    /** Without which the test above could never fail. */
    @Test
    void a_deadlock_would_be_seen() throws Exception {
        World world = nodes.get(0).world();
        String one = world.stocked(1);
        String two = world.stocked(1);
        long before = deadlocks();

        try (Connection here = pools.get(0).getConnection();
                Connection there = pools.get(1).getConnection()) {
            here.setAutoCommit(false);
            there.setAutoCommit(false);
            lock(here, one);
            lock(there, two);
            assertThatThrownBy(() -> AtOnce.run(List.of(() -> lock(here, two), () -> lock(there, one))))
                    .rootCause()
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(DEADLOCK));
            here.rollback();
            there.rollback();
        }

        assertThat(deadlocks()).isGreaterThan(before);
    }

    private static boolean lock(Connection connection, String sku) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute("select from stock where sku = '" + sku + "' for update");
        }
    }

    /**
     * One order after the other, until all buyers together have placed enough: some go their way, some are cancelled, some stand;
     * every second names a second sku, first or last.
     */
    private static Bought buy(Node node, Sale sale) {
        int orders = 0;
        int inVain = 0;
        for (int number = sale.left().decrementAndGet();
                number >= 0;
                number = sale.left().decrementAndGet()) {
            String orderNo = World.newOrderNo();
            String placed = node.send(Command.placeOrder(orderNo, basket(sale, number)));
            if (placed.equals("APPLIED " + OrderStatus.CANCELLED)) {
                inVain++;
            } else {
                assertThat(placed).isEqualTo("APPLIED " + OrderStatus.PENDING_PAYMENT);
                goOn(node, orderNo, number % 3);
            }
            orders++;
        }
        return new Bought(orders, inVain);
    }

    private static Map<String, Integer> basket(Sale sale, int number) {
        List<String> skus = new ArrayList<>(number % 2 == 0 ? List.of(sale.hot()) : List.of(sale.hot(), sale.slow()));
        if (number % 4 == 1) {
            Collections.reverse(skus);
        }
        Map<String, Integer> basket = new LinkedHashMap<>();
        skus.forEach(sku -> basket.put(sku, 1));
        return basket;
    }

    private static void goOn(Node node, String orderNo, int way) {
        if (way == 0) {
            node.send(Command.cancelOrder(orderNo));
        } else if (way == 1) {
            node.world().pay(orderNo);
            node.send(Command.shipOrder(orderNo));
        }
    }

    /** Somebody counts the other sku all the time, which locks its row alone. */
    private static Bought count(Node node, Sale sale) {
        Instant counted = Instant.parse("2026-11-22T06:00:00Z");
        while (sale.left().get() > 0) {
            counted = counted.plusMillis(1);
            node.send(Command.stockAdjusted(sale.slow(), 1_000_000, counted));
        }
        return new Bought(0, 0);
    }

    private long pieces(String sku, String state) {
        return jdbc.sql("select coalesce(sum(quantity), 0) from reservation where sku = :sku and state = :state")
                .param("sku", sku)
                .param("state", state)
                .query(Long.class)
                .single();
    }

    /** Each connection of ours hands in what it has counted, which by itself it does only after a while. */
    private long deadlocks() throws SQLException {
        for (HikariDataSource pool : pools) {
            List<Connection> all = new ArrayList<>();
            try {
                for (int i = pool.getHikariPoolMXBean().getTotalConnections(); i > 0; i--) {
                    all.add(pool.getConnection());
                }
                for (Connection connection : all) {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("select pg_stat_force_next_flush()");
                    }
                }
            } finally {
                for (Connection connection : all) {
                    connection.close();
                }
            }
        }
        return jdbc.sql("select deadlocks from pg_stat_database where datname = current_database()")
                .query(Long.class)
                .single();
    }

    /** @param left orders that nobody has placed yet */
    private record Sale(String hot, String slow, AtomicInteger left) {}

    /**
     * @param orders how many were placed
     * @param inVain how many of these found nothing left
     */
    private record Bought(int orders, int inVain) {}
}
