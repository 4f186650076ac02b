package dev.orderflow.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.OrderStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Whatever a list is filtered by, and however far back its page is, the database finds it by an index. */
@OrderflowTest
class OrderFilterTests {

    private static final Instant FIRST = Instant.parse("2025-01-01T00:00:00Z");
    private static final Instant HALFWAY = FIRST.plusSeconds(50_000 * 60);

    /** Pages of 8 KiB, nearly all of indexes and nearly all the same again and again; two filters that seldom meet cost most. */
    private static final int MOST_PAGES = 5_000;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private TransactionTemplate transaction;

    @Test
    void every_combination_of_filters_is_answered_by_an_index() {
        List<String> slow = new ArrayList<>();
        transaction.executeWithoutResult(rolledBack -> {
            rolledBack.setRollbackOnly();
            fill();
            for (OrderFilter filter : allCombinations()) {
                JsonNode plan = explain(filter);
                int pages = plan.path("Shared Hit Blocks").asInt()
                        + plan.path("Shared Read Blocks").asInt();
                if (scansTables(plan) || pages > MOST_PAGES) {
                    slow.add(filter + " reads " + pages + " pages: " + plan);
                }
            }
        });
        jdbc.sql("vacuum (analyze) orders, order_line").update(); // what was rolled back still fills the tables
        assertThat(slow).isEmpty();
    }

    /** Orders, one a minute: a large customer and small ones, a sku that is in every tenth order and rare ones. */
    private void fill() {
        jdbc.sql("""
                insert into orders (order_no, status, cancel_reason, customer_id, currency, shipping, tax, discount, total,
                                    payment_method, placed_at)
                select 'filter-' || n,
                       case when n > 99000 then 'PENDING_PAYMENT' when n * 15485863 %% 983 < 50 then 'CANCELLED' else 'COMPLETED' end,
                       case when n <= 99000 and n * 15485863 %% 983 < 50 then 'CUSTOMER' end,
                       case when n * 7919 %% 1009 < 101 then 'large' else 'c-' || n %% 20000 end,
                       'EUR', 0, 0, 0, 1, 'BANK_CARD', timestamptz '%s' + n * interval '1 minute'
                from generate_series(1::bigint, 100000) n
                """.formatted(FIRST)).update();
        // Also makes this connection forget how it looked orders up when there were few: by reading all of them for
        // each line.
        jdbc.sql("analyze orders").update();
        jdbc.sql("""
                insert into order_line (order_no, line, sku, title, quantity, unit_price, placed_at)
                select 'filter-' || n, line, case when line = 1 and n * 104729 %% 997 < 100 then 'popular' else 'sku-' || (n + line) %% 30000 end,
                       'Tea', 1, 1, timestamptz '%s' + n * interval '1 minute'
                from generate_series(1::bigint, 100000) n, generate_series(1, 2) line
                """.formatted(FIRST)).update();
        jdbc.sql("analyze order_line").update();
    }

    private static List<OrderFilter> allCombinations() {
        List<OrderFilter> filters = new ArrayList<>();
        for (OrderStatus status : new OrderStatus[] {null, OrderStatus.PENDING_PAYMENT, OrderStatus.CANCELLED}) {
            for (String customer : new String[] {null, "large", "c-4712"}) {
                for (String sku : new String[] {null, "popular", "sku-4711"}) {
                    for (Instant from : new Instant[] {null, HALFWAY.minusSeconds(86_400)}) {
                        for (Instant to : new Instant[] {null, HALFWAY}) {
                            for (OrderFilter.Cursor cursor : new OrderFilter.Cursor[] {
                                null, new OrderFilter.Cursor(HALFWAY.minusSeconds(3_600), "filter-1")
                            }) {
                                filters.add(new OrderFilter(List.of(), status, customer, sku, from, to, cursor, 50));
                            }
                        }
                    }
                }
            }
        }
        return filters;
    }

    private JsonNode explain(OrderFilter filter) {
        String plan = jdbc.sql("explain (analyze, buffers, format json) " + filter.sql())
                .params(filter.params())
                .query(String.class)
                .single();
        try {
            return new JsonMapper().readTree(plan).get(0).path("Plan");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean scansTables(JsonNode plan) {
        return plan.findValuesAsText("Node Type").stream().anyMatch(node -> node.equals("Seq Scan"));
    }

    @Test
    void a_cursor_comes_back_as_it_went() {
        OrderFilter.Cursor cursor = new OrderFilter.Cursor(Instant.parse("2026-11-22T10:00:00.123456Z"), "A-1");

        assertThat(OrderFilter.Cursor.read(cursor.toString())).isEqualTo(cursor);
        assertThat(cursor.toString()).doesNotContain("A-1", "=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "%%%", "bm8gY3Vyc29y", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5IHg", "MTAgeA=="})
    void what_is_no_cursor_of_ours_is_refused(String text) {
        assertThatThrownBy(() -> OrderFilter.Cursor.read(text))
                .isInstanceOf(BadQuery.class)
                .hasMessageContaining("is not one of ours");
    }
}
