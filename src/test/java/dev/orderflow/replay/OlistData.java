package dev.orderflow.replay;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.orderflow.replay.OlistOrder.Customer;
import dev.orderflow.replay.OlistOrder.Item;
import dev.orderflow.replay.OlistOrder.Payment;
import dev.orderflow.replay.OlistOrder.Review;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A folder in the layout of the Brazilian E-Commerce Public Dataset by Olist, in the order of purchase. */
final class OlistData {

    private static final CsvMapper CSV = CsvMapper.builder().build();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private final List<OlistOrder> orders;

    OlistData(List<OlistOrder> orders) {
        this.orders = orders.stream()
                .sorted(Comparator.comparing(OlistOrder::purchased).thenComparing(OlistOrder::id))
                .toList();
    }

    /** @throws UncheckedIOException if a file is missing or is no CSV */
    static OlistData read(Path folder) {
        Map<String, Row> customers = byId(folder, "olist_customers_dataset.csv", "customer_id");
        Map<String, Row> products = byId(folder, "olist_products_dataset.csv", "product_id");
        Map<String, List<Row>> items = byOrder(folder, "olist_order_items_dataset.csv");
        Map<String, List<Row>> payments = byOrder(folder, "olist_order_payments_dataset.csv");
        Map<String, List<Row>> reviews = byOrder(folder, "olist_order_reviews_dataset.csv");
        return new OlistData(rows(folder, "olist_orders_dataset.csv").stream()
                .map(row -> {
                    String id = row.text("order_id");
                    return new OlistOrder(
                            id,
                            customer(row.text("customer_id"), customers),
                            row.text("order_status"),
                            row.time("order_purchase_timestamp"),
                            row.timeOrNull("order_approved_at"),
                            row.timeOrNull("order_delivered_carrier_date"),
                            row.timeOrNull("order_delivered_customer_date"),
                            map(items.get(id), item -> item(item, products)),
                            map(payments.get(id), OlistData::payment),
                            map(reviews.get(id), OlistData::review));
                })
                .toList());
    }

    List<OlistOrder> orders() {
        return orders;
    }

    /** At most {@code limit} orders, spread over the whole time, with one of every oddity as far as there is room. */
    OlistData slice(int limit) {
        if (limit >= orders.size()) {
            return this;
        }
        Set<OlistOrder> chosen = new LinkedHashSet<>();
        for (Oddity oddity : Oddity.values()) {
            orders.stream().filter(oddity::holds).findFirst().ifPresent(chosen::add);
        }
        for (int i = 0; i < limit; i++) {
            chosen.add(orders.get((int) ((long) i * orders.size() / limit)));
        }
        return new OlistData(chosen.stream().limit(limit).toList());
    }

    private static Customer customer(String id, Map<String, Row> customers) {
        Row row = customers.get(id);
        if (row == null) {
            throw new IllegalArgumentException("customer " + id + " has an order but no row");
        }
        return new Customer(
                row.text("customer_unique_id"),
                row.text("customer_zip_code_prefix"),
                row.text("customer_city"),
                row.text("customer_state"));
    }

    private static Item item(Row row, Map<String, Row> products) {
        String product = row.text("product_id");
        Row described = products.get(product);
        return new Item(
                product,
                described == null ? "" : described.text("product_category_name"),
                row.text("seller_id"),
                row.money("price"),
                row.money("freight_value"));
    }

    private static Payment payment(Row row) {
        return new Payment(
                Integer.parseInt(row.text("payment_sequential")), row.text("payment_type"), row.money("payment_value"));
    }

    private static Review review(Row row) {
        return new Review(
                row.text("review_id"),
                Integer.parseInt(row.text("review_score")),
                row.text("review_comment_title"),
                row.text("review_comment_message"),
                row.time("review_answer_timestamp"));
    }

    private static <T> List<T> map(@Nullable List<Row> rows, Function<Row, T> mapping) {
        return rows == null ? List.of() : rows.stream().map(mapping).toList();
    }

    private static Map<String, Row> byId(Path folder, String file, String id) {
        Map<String, Row> byId = new HashMap<>();
        rows(folder, file).forEach(row -> byId.put(row.text(id), row));
        return byId;
    }

    private static Map<String, List<Row>> byOrder(Path folder, String file) {
        return rows(folder, file).stream().collect(Collectors.groupingBy(row -> row.text("order_id")));
    }

    private static List<Row> rows(Path folder, String file) {
        try (var reader = Files.newBufferedReader(folder.resolve(file));
                MappingIterator<Map<String, String>> rows = CSV.readerForMapOf(String.class)
                        .with(CsvSchema.emptySchema().withHeader())
                        .readValues(reader)) {
            return rows.readAll().stream().map(Row::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(folder.resolve(file) + " cannot be read as CSV", e);
        }
    }

    private record Row(Map<String, String> columns) {

        String text(String column) {
            String text = columns.get(column);
            if (text == null) {
                throw new IllegalArgumentException("column " + column + " is missing; there are " + columns.keySet());
            }
            return text;
        }

        long money(String column) {
            return new BigDecimal(text(column)).movePointRight(2).longValueExact();
        }

        Instant time(String column) {
            return LocalDateTime.parse(text(column), TIME).toInstant(ZoneOffset.UTC);
        }

        @Nullable
        Instant timeOrNull(String column) {
            return text(column).isEmpty() ? null : time(column);
        }
    }
}
