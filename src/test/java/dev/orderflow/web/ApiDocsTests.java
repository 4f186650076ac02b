package dev.orderflow.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.messaging.CommandType;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.web.Http.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What the outside can read about us is what we do. */
@OrderflowTest
class ApiDocsTests {

    @LocalServerPort
    private int port;

    @Autowired
    private MessageReader reader;

    private Http shop;

    @BeforeEach
    void connect() {
        shop = Http.of(port, "shop");
    }

    @ParameterizedTest
    @EnumSource(CommandType.class)
    void every_schema_is_served_as_it_is_checked(CommandType type) {
        Answer answer = shop.get("/schemas/" + type.wireName() + ".json");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("application/json");
        assertThat(answer.json()).isEqualTo(published(type.wireName()));
    }

    @ParameterizedTest
    @EnumSource(CommandType.class)
    void every_command_is_described_by_its_published_schema(CommandType type) {
        JsonNode described = docs().at("/components/schemas/" + type.wireName());

        ObjectNode expected = (ObjectNode) published(type.wireName());
        assertThat(without(described, "$schema", "examples")).isEqualTo(without(expected, "$schema", "examples"));
    }

    @ParameterizedTest
    @EnumSource(CommandType.class)
    void every_example_of_a_command_can_be_sent_as_it_stands(CommandType type) {
        JsonNode examples =
                docs().at("/paths/~1api~1commands/post/requestBody/content/application~1cloudevents+json/examples");
        JsonNode example = examples.path(type.wireName()).path("value");

        assertThat(reader.read(example.toString().getBytes(StandardCharsets.UTF_8))
                        .type())
                .isEqualTo(type);
    }

    @Test
    void every_address_of_the_api_is_described() {
        assertThat(docs().path("openapi").asText()).startsWith("3.1");
        assertThat(docs().path("paths").fieldNames())
                .toIterable()
                .contains(
                        "/api/commands",
                        "/api/orders",
                        "/api/orders/{orderNo}",
                        "/api/orders/{orderNo}/events",
                        "/api/stock/{sku}",
                        "/api/refunds/{refundId}",
                        "/api/payments/unassigned",
                        "/api/dead-letters",
                        "/api/dead-letters/{id}/retry",
                        "/api/dead-letters/{id}/discard",
                        "/api/customers/{id}/erasure")
                .doesNotContain("/error");
    }

    @Test
    void swagger_ui_is_there() {
        assertThat(shop.get("/swagger-ui/index.html").body()).contains("swagger-ui");
    }

    private JsonNode docs() {
        return shop.get("/v3/api-docs").json();
    }

    private static JsonNode without(JsonNode schema, String... fields) {
        ObjectNode copy = schema.deepCopy();
        copy.remove(List.of(fields));
        copy.findParents("required").forEach(ApiDocsTests::sortRequired);
        return copy;
    }

    /** The order of obligatory fields means nothing. */
    private static void sortRequired(JsonNode schema) {
        ArrayNode required = (ArrayNode) schema.path("required");
        List<String> names = new ArrayList<>();
        required.forEach(name -> names.add(name.textValue()));
        required.removeAll();
        names.stream().sorted().forEach(required::add);
    }

    private static JsonNode published(String name) {
        try (InputStream file = ApiDocsTests.class.getResourceAsStream("/schemas/" + name + ".json")) {
            return new JsonMapper().readTree(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
