package dev.orderflow.messaging;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderflow.inventory.StockAdjusted;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.BrokenRule.Violation;
import dev.orderflow.order.CancelOrder;
import dev.orderflow.order.ConfirmReceipt;
import dev.orderflow.order.PlaceOrder;
import dev.orderflow.payment.PaymentCaptured;
import dev.orderflow.shipping.ShipOrder;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sender is told of a message that cannot be taken: everything at once, in words, and nothing that can be used against us. */
class MessageReaderTests {

    private static final JsonMapper JSON = new JsonMapper();
    private static final MessageReader READER = new MessageReader();

    // What is taken.

    @ParameterizedTest
    @EnumSource(CommandType.class)
    void every_published_example_is_taken(CommandType type) {
        Message message = READER.read(bytes(message(type)));

        assertThat(message.type()).isEqualTo(type);
        assertThat(message.data()).isInstanceOf(type.data());
        assertThat(message.json()).isEqualTo(message(type).toString());
    }

    @Test
    void an_order_is_read_to_the_last_field() {
        PlaceOrder order = (PlaceOrder) READER.read(bytes(order())).data();

        assertThat(order.customer())
                .isEqualTo(new PlaceOrder.Customer("c-17", "Ana Souza", "ana@example.com", "+55 11 5550 0100"));
        assertThat(order.shipTo().city()).isEqualTo("São Paulo");
        assertThat(order.lines()).containsExactly(new PlaceOrder.Line("4244733e", "Coffee, 1 kg", 2, 5990));
        assertThat(order.total()).isEqualTo(13970);
    }

    @Test
    void fields_that_are_not_known_are_left_alone() {
        ObjectNode order = order();
        order.put("traceparent", "00-1").putObject("extra").put("data", 1);
        data(order).put("giftWrap", true).putArray("tags").add("new");
        ((ObjectNode) data(order).path("lines").get(0)).put("color", "red");

        assertThat(READER.read(bytes(order)).subject()).isEqualTo("A-2026-000123");
    }

    @Test
    void an_attribute_that_is_null_counts_as_not_set() {
        ObjectNode order = order();
        order.putNull("subject").putNull("time").putNull("datacontenttype").putNull("data_base64");

        assertThat(READER.read(bytes(order)).subject()).isNull();
    }

    @Test
    void optional_fields_may_be_null_empty_or_missing() {
        ObjectNode order = order();
        ((ObjectNode) data(order).path("customer")).putNull("email").put("phone", "");
        ((ObjectNode) data(order).path("shipTo")).remove(List.of("phone", "region", "postcode"));

        PlaceOrder read = (PlaceOrder) READER.read(bytes(order)).data();
        assertThat(read.customer().email()).isNull();
        assertThat(read.shipTo().region()).isNull();
    }

    @Test
    void a_command_without_obligatory_data_needs_no_data() {
        ObjectNode message = message(CommandType.CONFIRM_RECEIPT);
        message.remove("data");

        assertThat(READER.read(bytes(message)).data()).isEqualTo(new ConfirmReceipt(null));
    }

    @Test
    void a_whole_number_may_be_written_with_a_point() {
        String json = order().toString()
                .replace("\"total\":13970", "\"total\":13970.0")
                .replace("\"quantity\":2", "\"quantity\":2e0");

        PlaceOrder order = (PlaceOrder) READER.read(json.getBytes(UTF_8)).data();
        assertThat(order.total()).isEqualTo(13970);
        assertThat(order.lines().get(0).quantity()).isEqualTo(2);
    }

    @Test
    void the_largest_order_of_the_contract_is_taken() {
        ObjectNode order = order();
        ArrayNode lines = data(order).putArray("lines");
        IntStream.range(0, 500).forEach(i -> line(lines, "sku-" + i, 1_000_000, 1));
        data(order).put("shipping", 0).put("total", 500_000_000L);

        assertThat(((PlaceOrder) READER.read(bytes(order)).data()).lines()).hasSize(500);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T10:00:00Z, 2026-11-22T10:00:00Z",
        "2026-11-22t10:00:00z, 2026-11-22T10:00:00Z",
        "2026-11-22T10:00:00.123456789123-03:00, 2026-11-22T13:00:00.123456789Z",
        "2016-12-31T23:59:60Z, 2017-01-01T00:00:00Z",
        "2024-02-29T00:00:00+05:30, 2024-02-28T18:30:00Z"
    })
    void times_are_rfc_3339(String written, Instant meant) {
        ObjectNode message = message(CommandType.STOCK_ADJUSTED);
        data(message).put("countedAt", written);

        assertThat(((StockAdjusted) READER.read(bytes(message)).data()).countedAt())
                .isEqualTo(meant);
    }

    @Test
    void the_data_alone_is_read_by_the_same_rules() {
        assertThat(READER.readData(CancelOrder.class, "{\"reason\":\"CUSTOMER\"}"))
                .isEqualTo(new CancelOrder(CancelOrder.Reason.CUSTOMER, null));
        assertThat(READER.readData(
                        ShipOrder.class, "{\"carrier\":\"DHL\",\"trackingNumber\":\"JD01\",\"shipFrom\":\"Hall 3\"}"))
                .isEqualTo(new ShipOrder("DHL", "JD01", null, "Hall 3"));
        assertThat(brokenData(PaymentCaptured.class, "{\"amount\":0}"))
                .extracting(Violation::field)
                .containsExactly(
                        "data.amount",
                        "data.paymentId",
                        "data.provider",
                        "data.method",
                        "data.currency",
                        "data.paidAt");
        assertThat(catchThrowableOfType(Unreadable.class, () -> READER.readData(CancelOrder.class, "[]")))
                .isNotNull();
    }

    // What is no message at all.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "{\"specversion\":\"1.0\"",
                "{'specversion':'1.0'}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":\"\u0000\"}",
                "{\"a\":\"\n\"}",
                "<order/>",
                "{\"a\":1,}",
                "{\"a\":1} x",
                "// hello\n{}"
            })
    void what_is_not_json_is_named_so_with_its_place(String body) {
        assertThat(unreadable(body))
                .startsWith("is not JSON at line ")
                .contains("column")
                .endsWith("send one JSON object in UTF-8");
    }

    @Test
    void every_other_kind_of_unreadable_bytes_has_its_own_reason() {
        assertThat(unreadable("")).startsWith("is empty");
        assertThat(unreadable(" \n")).startsWith("is empty");
        assertThat(unreadable("[" + order() + "]")).startsWith("is JSON, but not an object");
        assertThat(unreadable("null")).startsWith("is JSON, but not an object");
        assertThat(unreadable("\"text\"")).startsWith("is JSON, but not an object");
        assertThat(unreadable(order() + "" + order())).startsWith("goes on after the JSON object");
        assertThat(unreadable(order() + "]")).startsWith("is not JSON");
        assertThat(unreadable("\uFEFF" + order())).startsWith("begins with a byte order mark");
        assertThat(unreadable(order().toString().getBytes(UTF_16))).startsWith("is not UTF-8");
        assertThat(unreadable(new byte[] {'{', '"', (byte) 0xC3, '"', '}'})).startsWith("is not UTF-8");
        assertThat(unreadable(new byte[] {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', '}'}))
                .startsWith("is not UTF-8");
    }

    @Test
    void a_field_that_stands_twice_is_refused_wherever_it_stands() {
        assertThat(unreadable("{\"id\":\"1\",\"id\":\"2\"}")).startsWith("names the field \"id\" twice at line 1");
        assertThat(unreadable("{\"data\":{\"lines\":[{\"quantity\":1,\"quantity\":100}]}}"))
                .startsWith("names the field \"quantity\" twice");
    }

    @ParameterizedTest
    @ValueSource(ints = {51, 1_000, 40_000})
    void deep_nesting_is_refused_in_words(int depth) {
        assertThat(unreadable("[".repeat(depth) + "]".repeat(depth))).startsWith("is nested more than 50 levels deep");
        assertThat(unreadable("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)))
                .startsWith("is nested more than 50 levels deep");
    }

    @Test
    void a_number_without_end_is_refused() {
        assertThat(unreadable("{\"total\":" + "9".repeat(200_000) + "}"))
                .startsWith("holds a number or a name that is too long");
    }

    @Test
    void ten_megabytes_are_refused_unread() {
        assertThat(unreadable(new byte[10 * 1024 * 1024])).startsWith("is longer than 256 KiB (262144 bytes)");
        assertThat(unreadable(new byte[MessageReader.MAX_BYTES + 1])).startsWith("is longer than 256 KiB");
    }

    // What is a message, but breaks a rule.

    @Test
    void a_broken_rule_is_no_unreadable_message() {
        assertThat(broken(order -> order.remove("id"))).isNotEmpty();
        assertThat(catchThrowableOfType(BrokenRule.class, () -> READER.read("{}".getBytes(UTF_8))))
                .isNotInstanceOf(Unreadable.class);
    }

    @Test
    void an_empty_object_misses_every_attribute() {
        assertThat(violations(JSON.createObjectNode()))
                .extracting(Violation::field)
                .containsExactly("specversion", "id", "source", "type", "subject");
    }

    @Test
    void every_broken_attribute_is_named() {
        assertThat(broken(order -> order.put("specversion", "0.3")
                        .put("id", "")
                        .put("source", "not a uri")
                        .put("subject", "../../etc/passwd")
                        .put("time", "yesterday")
                        .put("datacontenttype", "text/xml")))
                .containsExactlyInAnyOrder(
                        "specversion: is \"0.3\"; send the version of CloudEvents, \"1.0\"",
                        "id: is empty; send the message's id, unique for its source, 1 to 200 visible characters",
                        "source: is \"not a uri\"; send the sender as a URI reference such as /shop/web, 1 to 200 characters",
                        "subject: is \"../../etc/passwd\"; send the order number, 1 to 64 letters, digits, dots, underscores or"
                                + " hyphens, beginning with a letter or digit",
                        "time: is \"yesterday\"; send when the message was made, an RFC 3339 time such as 2026-11-22T10:00:00Z",
                        "datacontenttype: is \"text/xml\"; send application/json, or nothing");
    }

    @Test
    void an_unknown_type_is_told_the_known_ones() {
        assertThat(broken(order -> order.put("type", "DropTable")))
                .singleElement()
                .asString()
                .startsWith("type: is \"DropTable\"; send one of PlaceOrder, PaymentCaptured,")
                .contains(Arrays.stream(CommandType.values())
                        .map(CommandType::wireName)
                        .toList());
        assertThat(schema("Message").at("/properties/type/enum"))
                .extracting(JsonNode::textValue)
                .containsExactly(Arrays.stream(CommandType.values())
                        .map(CommandType::wireName)
                        .toArray(String[]::new));
    }

    @ParameterizedTest
    @EnumSource(CommandType.class)
    void only_a_new_order_may_come_without_a_number(CommandType type) {
        ObjectNode message = message(type);
        message.remove("subject");

        if (type == CommandType.PLACE_ORDER) {
            assertThat(READER.read(bytes(message)).subject()).isNull();
        } else {
            assertThat(violations(message))
                    .singleElement()
                    .extracting(Violation::toString)
                    .asString()
                    .startsWith("subject: is missing");
        }
    }

    @Test
    void a_sku_may_be_freer_than_an_order_number() {
        ObjectNode count = message(CommandType.STOCK_ADJUSTED).put("subject", "BANK CHARGES #1/咖啡");
        assertThat(READER.read(bytes(count)).subject()).isEqualTo("BANK CHARGES #1/咖啡");

        assertThat(violations(count.put("subject", " x\u202E")))
                .extracting(Violation::field)
                .containsExactly("subject");
        assertThat(violations(count.put("subject", "x\n")))
                .extracting(Violation::field)
                .containsExactly("subject");
        assertThat(broken(order -> order.put("subject", "A-1\n"))).hasSize(1);
    }

    @Test
    void a_subject_from_elsewhere_keeps_the_same_rules() {
        READER.checkSubject(CommandType.CANCEL_ORDER, "A-1");
        READER.checkSubject(CommandType.PLACE_ORDER, null);

        assertThat(catchThrowableOfType(BrokenRule.class, () -> READER.checkSubject(CommandType.CANCEL_ORDER, "A 1"))
                        .violations())
                .extracting(Violation::field)
                .containsExactly("subject");
        assertThat(catchThrowableOfType(BrokenRule.class, () -> READER.checkSubject(CommandType.CANCEL_ORDER, null)))
                .isNotNull();
    }

    @Test
    void data_in_base64_is_refused_in_words() {
        assertThat(broken(order -> {
                    order.remove("data");
                    order.put("data_base64", "e30=");
                }))
                .containsExactly("data_base64: is binary data; send the data as an object in \"data\"");
    }

    @Test
    void missing_data_and_data_of_another_kind_are_named() {
        assertThat(broken(order -> order.remove("data")))
                .containsExactly("data: is missing; send an object as the schema PlaceOrder describes it");
        assertThat(broken(order -> order.put("data", "{}")))
                .containsExactly("data: is text; send an object as the schema of its type describes it");
    }

    @Test
    void every_broken_field_of_an_order_is_named_at_once() {
        assertThat(broken(order -> {
                    ObjectNode data = data(order);
                    data.put("currency", "XYZ")
                            .put("shipping", -1)
                            .put("tax", 1.5)
                            .put("discount", "none")
                            .putNull("total");
                    data.put("paymentMethod", "card");
                    ((ObjectNode) data.path("customer")).put("email", "nobody").remove("id");
                    ((ObjectNode) data.path("shipTo")).put("country", "XX").put("street", " ");
                    line((ArrayNode) data.path("lines"), "", 0, -5);
                    ((ArrayNode) data.path("lines")).add("4244733e");
                }))
                .containsExactlyInAnyOrder(
                        "data.customer.id: is missing; send the shop's id of the buyer, 1 to 64 visible characters",
                        "data.customer.email: is not in the right form; send the buyer's e-mail address, at most 254 characters,"
                                + " or nothing",
                        "data.shipTo.country: is not in the right form; send the country's ISO 3166-1 code of two letters, such"
                                + " as BR",
                        "data.shipTo.street: is not in the right form; send street and number, at most 300 characters",
                        "data.currency: is \"XYZ\"; send the currency of all amounts, an ISO 4217 code such as EUR",
                        "data.lines[1].sku: is empty; send the sku, 1 to 64 visible characters",
                        "data.lines[1].quantity: is 0; send the number of pieces, a whole number from 1 to 1000000",
                        "data.lines[1].unitPrice: is -5; send the price of one piece, a whole number from 0 to 9007199254740991 in"
                                + " the currency's minor unit",
                        "data.lines[2]: is text; send an object with sku, title, quantity and unitPrice",
                        "data.shipping: is -1; send the cost of shipping, a whole number from 0 to 9007199254740991 in the"
                                + " currency's minor unit",
                        "data.tax: is 1.5; send the tax that is not in the prices, a whole number from 0 to 9007199254740991 in the"
                                + " currency's minor unit",
                        "data.discount: is text; send the discount, as a positive amount, a whole number from 0 to"
                                + " 9007199254740991 in the currency's minor unit",
                        "data.total: is null; send what the buyer pays, a whole number from 0 to 9007199254740991 in the"
                                + " currency's minor unit",
                        "data.paymentMethod: is \"card\"; send how the buyer wants to pay, in capitals, such as BANK_CARD, ALIPAY,"
                                + " WECHAT_PAY, BANK_TRANSFER, BOLETO or VOUCHER");
    }

    @ParameterizedTest
    @EnumSource(CommandType.class)
    void every_obligatory_field_is_missed_by_name(CommandType type) {
        for (JsonNode name : schema(type.wireName()).path("required")) {
            ObjectNode message = message(type);
            data(message).remove(name.textValue());

            assertThat(violations(message))
                    .extracting(Violation::toString)
                    .singleElement()
                    .asString()
                    .startsWith("data." + name.textValue() + ": is missing; send ");
        }
    }

    @ParameterizedTest
    @EnumSource(CommandType.class)
    void every_known_field_is_guarded_against_every_wrong_kind(CommandType type) {
        List<JsonNode> wrong = List.of(
                JSON.createArrayNode(),
                JSON.getNodeFactory().booleanNode(true),
                JSON.getNodeFactory().textNode("\u0000"));
        schema(type.wireName()).path("properties").fieldNames().forEachRemaining(name -> {
            for (JsonNode value : wrong) {
                ObjectNode message = message(type);
                data(message).set(name, value);

                assertThat(violations(message))
                        .extracting(Violation::field)
                        .as(name + " = " + value)
                        .singleElement()
                        .isEqualTo("data." + name);
            }
        });
    }

    @Test
    void a_total_wrong_by_one_cent_is_named_with_the_right_sum() {
        assertThat(broken(order -> data(order).put("total", 13971)))
                .containsExactly("data.total: is 13971, but lines + shipping + tax - discount is 13970;"
                        + " correct the total or what it is made of");
    }

    @Test
    void the_total_is_judged_beside_other_broken_fields() {
        assertThat(broken(order -> {
                    data(order).put("total", 1).put("currency", "EURO");
                    order.remove("id");
                }))
                .extracting(text -> text.substring(0, text.indexOf(':')))
                .containsExactlyInAnyOrder("id", "data.currency", "data.total");
    }

    @Test
    void a_sum_too_large_to_count_is_a_violation_and_no_error() {
        assertThat(broken(order ->
                        line((ArrayNode) data(order).path("lines"), "gold", 1_000_000, 9_007_199_254_740_991L)))
                .containsExactly(
                        "data.total: the lines add up to more than can be counted; correct quantities and prices");
    }

    @ParameterizedTest
    @CsvSource({"PLACE_ORDER, paymentMethod", "PAYMENT_CAPTURED, method", "PAYMENT_FAILED, method"})
    void cash_on_delivery_is_refused_in_words(CommandType type, String field) {
        ObjectNode message = message(type);
        data(message).put(field, "CASH_ON_DELIVERY");

        assertThat(violations(message))
                .extracting(Violation::toString)
                .containsExactly("data." + field
                        + ": pay on delivery is not offered yet; choose a method that is paid in advance");
    }

    @ParameterizedTest
    @ValueSource(strings = {"XAU", "XXX", "eur", "EURO", "", "€"})
    void only_money_with_a_minor_unit_is_a_currency(String currency) {
        assertThat(broken(order -> data(order).put("currency", currency)))
                .singleElement()
                .asString()
                .startsWith("data.currency: is ");
    }

    @Test
    void an_order_has_1_to_500_lines() {
        assertThat(broken(order -> data(order).putArray("lines")))
                .anyMatch(text -> text.startsWith("data.lines: has 0 items; send "));
        assertThat(broken(order -> {
                    ArrayNode lines = data(order).putArray("lines");
                    IntStream.range(0, 501).forEach(i -> line(lines, "s", 1, 0));
                    data(order).put("total", 1990);
                }))
                .singleElement()
                .asString()
                .startsWith("data.lines: has 501 items; send the order's positions, a list of 1 to 500 objects");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "6", "4.5", "\"5\"", "null", "1e400", "-1e400", "1e999999999", "99999999999999999999"})
    void a_rating_is_a_whole_number_from_1_to_5(String rating) {
        String json = message(CommandType.SUBMIT_REVIEW).toString().replace("\"rating\":5", "\"rating\":" + rating);

        assertThat(violations(json))
                .extracting(Violation::toString)
                .singleElement()
                .asString()
                .startsWith("data.rating: is ")
                .endsWith("; send the rating, a whole number from 1 to 5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"9007199254740992", "9.007199254740993e15", "1e17", "1e300", "1e-1", "-1", "9223372036854775808"
            })
    void amounts_are_whole_and_within_what_every_client_can_count(String amount) {
        String json = order().toString().replace("\"unitPrice\":5990", "\"unitPrice\":" + amount);

        assertThat(violations(json)).extracting(Violation::field).containsExactly("data.lines[0].unitPrice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22",
                "2026-11-22T10:00Z",
                "2026-11-22T10:00:00",
                "2026-02-30T10:00:00Z",
                "2026-11-22T24:00:00Z",
                "2026-11-22T10:00:00+25:00",
                "2026-11-22 10:00:00Z",
                "+12026-11-22T10:00:00Z",
                "1763805600",
                ""
            })
    void what_is_no_rfc_3339_time_is_named(String time) {
        ObjectNode message = message(CommandType.PAYMENT_CAPTURED);
        data(message).put("paidAt", time);

        assertThat(violations(message))
                .extracting(Violation::toString)
                .singleElement()
                .asString()
                .endsWith("; send when the money was captured, an RFC 3339 time such as 2026-11-22T10:00:00Z");
    }

    @Test
    void text_that_the_database_cannot_hold_is_named_before_it_gets_there() {
        for (String text : List.of("a\u0000b", "a\uD800b", "\uDC00", "a\u0007")) {
            assertThat(broken(order -> {
                        ((ObjectNode) data(order).path("customer"))
                                .put("name", text)
                                .put("phone", text);
                        ((ObjectNode) data(order).path("lines").get(0))
                                .put("title", text)
                                .put("sku", text);
                    }))
                    .hasSize(4);
            ObjectNode review = message(CommandType.SUBMIT_REVIEW);
            data(review).put("comment", text);
            assertThat(violations(review)).extracting(Violation::field).containsExactly("data.comment");
        }
    }

    @Test
    void emoji_line_breaks_and_every_script_are_welcome_in_words() {
        ObjectNode review = message(CommandType.SUBMIT_REVIEW);
        data(review).put("comment", "很好 👍🏽\r\n\tمی‌خواهم");
        READER.read(bytes(review));

        ObjectNode order = order();
        ((ObjectNode) data(order).path("customer")).put("name", "می‌خواهم 👨‍👩‍👧 O'Neil");
        READER.read(bytes(order));
    }

    // What is said back.

    @Test
    void nothing_long_and_nothing_invisible_is_said_back() {
        String evil = "\u001b[31m\u202E\r\nX-Header: 1" + "x".repeat(100_000);
        List<ObjectNode> messages = List.of(
                order().put("type", evil),
                order().put("source", evil),
                order().put("subject", evil),
                order().put("specversion", evil),
                (ObjectNode) order().set("data", data(order()).put("currency", evil)),
                (ObjectNode) order().set("data", data(order()).put("paymentMethod", evil)));
        for (ObjectNode message : messages) {
            assertThat(violations(message)).allSatisfy(MessageReaderTests::isHarmless);
        }
        isHarmless(new Violation(
                "body",
                unreadable("{\""
                        + evil.replace("\r\n", "").replace("\u001b", "\\u001b").substring(0, 40_000) + "\":1,\""
                        + evil.replace("\r\n", "").replace("\u001b", "\\u001b").substring(0, 40_000) + "\":2}")));
        isHarmless(new Violation("body", unreadable(evil)));
    }

    @Test
    void personal_data_is_not_said_back() {
        assertThat(broken(order -> {
                    ((ObjectNode) data(order).path("customer"))
                            .put("email", "ana at example")
                            .put("name", "Ana\u0000");
                    ((ObjectNode) data(order).path("shipTo")).put("street", "Paulista\u0000");
                }))
                .hasSize(3)
                .noneMatch(text -> text.contains("ana at") || text.contains("Ana") || text.contains("Paulista"));
    }

    @Test
    void a_flood_of_broken_fields_is_cut_and_counted() {
        List<String> told = broken(order -> {
            ArrayNode lines = data(order).putArray("lines");
            IntStream.range(0, 400).forEach(i -> line(lines, "", 0, -1));
        });

        assertThat(told).hasSize(101);
        assertThat(told.get(100)).isEqualTo("data: has 1100 more broken fields like these; correct them too");
    }

    @Test
    void the_same_message_gets_the_same_answer() {
        ObjectNode order = order();
        data(order).put("currency", "X").put("total", -1).remove("customer");
        List<Violation> first = violations(order);

        IntStream.range(0, 20).forEach(i -> assertThat(violations(order)).isEqualTo(first));
    }

    @Test
    void patterns_do_not_choke_on_long_input() {
        long start = System.nanoTime();
        for (String filler : List.of("a", " ", "@", "\u0000", "a ")) {
            String text = filler.repeat(60_000 / filler.length());
            broken(order -> {
                ((ObjectNode) data(order).path("customer")).put("email", text).put("name", text + "\u0000");
                ((ObjectNode) data(order).path("lines").get(0)).put("sku", text + " ");
                data(order).put("paymentMethod", "A".repeat(10_000));
            });
        }
        assertThat(System.nanoTime() - start)
                .as("nanoseconds for five messages")
                .isLessThan(5_000_000_000L);
    }

    @Test
    void whatever_comes_is_read_or_refused_in_words() {
        Random random = new Random(4711);
        byte[] good = bytes(order());
        for (int i = 0; i < 20_000; i++) {
            byte[] body = good.clone();
            for (int n = random.nextInt(1, 6); n > 0; n--) {
                int at = random.nextInt(body.length);
                switch (random.nextInt(3)) {
                    case 0 -> body[at] = (byte) random.nextInt(256);
                    case 1 -> body = Arrays.copyOf(body, at);
                    default -> System.arraycopy(good, 0, body, at, Math.min(random.nextInt(40), body.length - at));
                }
                if (body.length == 0) {
                    break;
                }
            }
            try {
                READER.read(body);
            } catch (BrokenRule e) {
                assertThat(e.violations()).isNotEmpty().allSatisfy(MessageReaderTests::isHarmless);
            }
        }
    }

    private static void isHarmless(Violation violation) {
        assertThat(violation.toString())
                .hasSizeLessThan(500)
                .doesNotContain("x".repeat(101))
                .doesNotContainPattern("\\p{C}");
        assertThat(violation.message()).doesNotContain("Exception", "com.fasterxml", "networknt");
    }

    private static String unreadable(String body) {
        return unreadable(body.getBytes(UTF_8));
    }

    private static String unreadable(byte[] body) {
        Unreadable refusal = catchThrowableOfType(Unreadable.class, () -> READER.read(body));
        assertThat(refusal).as("an unreadable message").isNotNull();
        assertThat(refusal.violations())
                .singleElement()
                .extracting(Violation::field)
                .isEqualTo("body");
        return refusal.violations().get(0).message();
    }

    private static List<String> broken(Consumer<ObjectNode> change) {
        ObjectNode order = order();
        change.accept(order);
        return violations(order).stream().map(Violation::toString).toList();
    }

    private static List<Violation> violations(JsonNode message) {
        try {
            return violations(
                    JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(message));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Violation> violations(String message) {
        BrokenRule refusal = catchThrowableOfType(BrokenRule.class, () -> READER.read(message.getBytes(UTF_8)));
        assertThat(refusal).as("a refusal of %s", message).isNotNull();
        return refusal.violations();
    }

    private static List<Violation> brokenData(Class<?> type, String json) {
        return catchThrowableOfType(BrokenRule.class, () -> READER.readData(type, json))
                .violations();
    }

    private static ObjectNode order() {
        return message(CommandType.PLACE_ORDER);
    }

    private static ObjectNode message(CommandType type) {
        ObjectNode message =
                (ObjectNode) schema("Message").path("examples").get(0).deepCopy();
        message.put("type", type.wireName());
        message.set(
                "data",
                StreamSupport.stream(schema(type.wireName()).path("examples").spliterator(), false)
                        .findFirst()
                        .orElseThrow());
        return message;
    }

    private static ObjectNode data(ObjectNode message) {
        return (ObjectNode) message.path("data");
    }

    private static void line(ArrayNode lines, String sku, int quantity, long unitPrice) {
        lines.addObject()
                .put("sku", sku)
                .put("title", "t")
                .put("quantity", quantity)
                .put("unitPrice", unitPrice);
    }

    private static byte[] bytes(JsonNode message) {
        return message.toString().getBytes(UTF_8);
    }

    private static JsonNode schema(String name) {
        try (InputStream file = MessageReaderTests.class.getResourceAsStream("/schemas/" + name + ".json")) {
            return JSON.readTree(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
