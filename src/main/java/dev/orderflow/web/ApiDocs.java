package dev.orderflow.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderflow.messaging.CommandType;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * What the outside can read about us: the published schemas themselves at {@code /schemas}, and the API's description, which takes
 * commands from these schemas and not from Java, so that there is one contract.
 */
@Configuration(proxyBeanMethods = false)
class ApiDocs implements WebMvcConfigurer {

    private static final int ONE_HOUR = 3600;
    private static final String PROBLEM = "application/problem+json";

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/schemas/*.json")
                .addResourceLocations("classpath:/schemas/")
                .setCachePeriod(ONE_HOUR);
    }

    @Bean
    OpenAPI api() {
        return new OpenAPI()
                .info(new Info()
                        .title("Orderflow")
                        .version("1")
                        .description(
                                "Tell orders what happened, and ask what became of them. Amounts are integers in the"
                                        + " minor unit of their currency; times are RFC 3339. Every failure is an"
                                        + " application/problem+json that says what to do."))
                .schemaRequirement(
                        "key",
                        new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer"))
                .schemaRequirement(
                        "password",
                        new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("basic"))
                .security(List.of(
                        new SecurityRequirement().addList("key"), new SecurityRequirement().addList("password")));
    }

    @Bean
    OpenApiCustomizer commands() {
        return api -> {
            api.getComponents().addSchemas("Message", schema(published("Message")));
            for (CommandType type : CommandType.values()) {
                String name = type.wireName();
                api.getComponents().addSchemas(name, schema(published(name)));
                api.getComponents().addSchemas(name + "Message", message(name));
            }
            describe(api.getPaths().get("/api/commands").getPost());
        };
    }

    private static void describe(Operation post) {
        MediaType body = new MediaType().schema(oneOfAll());
        for (CommandType type : CommandType.values()) {
            body.addExamples(type.wireName(), new Example().value(example(type)));
        }
        post.description(
                        "A CloudEvents 1.0 object in structured mode. The same id and source again change nothing and get the first"
                                + " answer, so sending again is always safe.")
                .requestBody(new RequestBody()
                        .required(true)
                        .content(new Content()
                                .addMediaType(CommandsController.CLOUD_EVENT, body)
                                .addMediaType("application/json", body)));
        ApiResponses responses = post.getResponses();
        Content answer = responses.get("200").getContent();
        responses.get("200").description("APPLIED, or DUPLICATE with the first answer");
        responses
                .addApiResponse(
                        "202",
                        new ApiResponse()
                                .description("PARKED until its order is ready for it")
                                .content(answer))
                .addApiResponse(
                        "409",
                        new ApiResponse()
                                .description("REFUSED: it can no longer apply")
                                .content(answer))
                .addApiResponse("400", problem("It cannot be read"))
                .addApiResponse("413", problem("It is longer than 256 KiB"))
                .addApiResponse("422", problem("It breaks a rule; every broken field is named in \"errors\""));
    }

    private static ApiResponse problem(String description) {
        MediaType problem = new MediaType()
                .example(Map.of(
                        "type",
                        "about:blank",
                        "title",
                        "The message breaks a rule",
                        "status",
                        422,
                        "detail",
                        "data.lines[0].quantity: is 0; send the number of pieces, a whole number from 1 to 1000000",
                        "instance",
                        "/api/commands",
                        "errors",
                        List.of(Map.of(
                                "field",
                                "data.lines[0].quantity",
                                "message",
                                "is 0; send the number of pieces, a whole number from 1 to 1000000"))));
        return new ApiResponse().description(description).content(new Content().addMediaType(PROBLEM, problem));
    }

    private static Schema<?> oneOfAll() {
        ObjectNode all = Json31.mapper().createObjectNode();
        ArrayNode messages = all.putArray("oneOf");
        for (CommandType type : CommandType.values()) {
            messages.addObject().put("$ref", "#/components/schemas/" + type.wireName() + "Message");
        }
        return schema(all);
    }

    private static Schema<?> message(String type) {
        ObjectNode message = Json31.mapper().createObjectNode();
        ArrayNode parts = message.putArray("allOf");
        parts.addObject().put("$ref", "#/components/schemas/Message");
        ObjectNode properties = parts.addObject().put("type", "object").putObject("properties");
        properties.putObject("type").put("const", type);
        properties.putObject("data").put("$ref", "#/components/schemas/" + type);
        return schema(message);
    }

    private static JsonNode example(CommandType type) {
        ObjectNode message = (ObjectNode) published("Message").path("examples").get(0);
        message.put("id", type.wireName() + "-1"); // else the second example that somebody tries would be a duplicate
        message.put("type", type.wireName());
        if (type == CommandType.STOCK_ADJUSTED) {
            message.put("subject", "4244733e");
        }
        message.set("data", published(type.wireName()).path("examples").get(0));
        return message;
    }

    private static Schema<?> schema(JsonNode json) {
        try {
            return Json31.mapper().treeToValue(json, Schema.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a published schema cannot be shown", e);
        }
    }

    private static JsonNode published(String name) {
        try (InputStream file = ApiDocs.class.getResourceAsStream("/schemas/" + name + ".json")) {
            return Json31.mapper().readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
