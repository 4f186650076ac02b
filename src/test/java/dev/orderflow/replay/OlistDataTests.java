package dev.orderflow.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OlistDataTests {

    @TempDir
    private Path folder;

    @BeforeEach
    void write_a_folder() throws IOException {
        write("olist_customers_dataset.csv", """
                customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state
                c1,u1,01310,"sao paulo, centro",SP
                """);
        write("olist_products_dataset.csv", """
                product_id,product_category_name
                p1,cama_mesa
                p2,
                """);
        write("olist_orders_dataset.csv", """
                order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date
                second,c1,canceled,2017-03-02 10:00:00,,,
                first,c1,delivered,2017-03-01 10:00:00,2017-03-01 10:05:00,2017-03-02 08:00:00,2017-03-05 09:30:00
                """);
        write("olist_order_items_dataset.csv", """
                order_id,order_item_id,product_id,seller_id,price,freight_value
                first,1,p1,s1,59.90,10.05
                first,2,p1,s1,59.90,10.05
                first,3,p2,s2,1.01,0.00
                """);
        write("olist_order_payments_dataset.csv", """
                order_id,payment_sequential,payment_type,payment_installments,payment_value
                first,2,voucher,1,40.91
                first,1,credit_card,3,100.00
                """);
        write("olist_order_reviews_dataset.csv", """
                review_id,order_id,review_score,review_comment_title,review_comment_message,review_answer_timestamp
                r1,first,4,,"Chegou ""rapido"",
                mas a caixa veio aberta",2017-03-06 12:00:00
                """);
    }

    @Test
    void an_order_comes_with_all_that_belongs_to_it() {
        OlistOrder order = OlistData.read(folder).orders().get(0);

        assertThat(order.id()).isEqualTo("first");
        assertThat(order.customer()).isEqualTo(new OlistOrder.Customer("u1", "01310", "sao paulo, centro", "SP"));
        assertThat(order.purchased()).isEqualTo(Instant.parse("2017-03-01T10:00:00Z"));
        assertThat(order.total()).isEqualTo(5990 + 5990 + 101 + 2010);
        assertThat(order.paid()).isEqualTo(14091);
        assertThat(order.method()).isEqualTo("BANK_CARD");
        assertThat(order.lines())
                .hasSize(2)
                .containsEntry(new OlistOrder.Line("p1", "cama_mesa", 5990), 2L)
                .containsEntry(new OlistOrder.Line("p2", "", 101), 1L);
    }

    @Test
    void quotes_commas_and_line_breaks_stay_in_a_field() {
        OlistOrder order = OlistData.read(folder).orders().get(0);

        assertThat(order.reviews())
                .singleElement()
                .extracting(OlistOrder.Review::message)
                .isEqualTo("Chegou \"rapido\",\nmas a caixa veio aberta");
    }

    @Test
    void what_the_data_does_not_know_is_left_open() {
        OlistOrder order = OlistData.read(folder).orders().get(1);

        assertThat(order.approved()).isNull();
        assertThat(order.items()).isEmpty();
        assertThat(order.payments()).isEmpty();
        assertThat(Oddity.NO_ITEMS.holds(order)).isTrue();
        assertThat(Oddity.NEVER_APPROVED.holds(order)).isTrue();
    }

    @Test
    void a_missing_file_is_named() throws IOException {
        Files.delete(folder.resolve("olist_order_payments_dataset.csv"));

        assertThatThrownBy(() -> OlistData.read(folder))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("olist_order_payments_dataset.csv");
    }

    @Test
    void a_slice_is_spread_and_has_the_odd_ones() {
        OlistData data = OlistData.read(folder);

        assertThat(data.slice(1).orders()).hasSize(1);
        assertThat(data.slice(2).orders()).hasSize(2);
        assertThat(data.slice(99)).isSameAs(data);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }
}
