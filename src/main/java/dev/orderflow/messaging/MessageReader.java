package dev.orderflow.messaging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.order.BrokenRule.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads bytes into messages and names every broken field of those it cannot take: the published schemas say what a field must
 * be, this class adds what a schema cannot say. Fields it does not know are left alone.
 */
@Component
public class MessageReader {

    /** The longest message, in bytes; 500 lines fit with room to spare. */
    public static final int MAX_BYTES = 256 * 1024;

    private static final int MAX_DEPTH = 50;
    private static final int MAX_DIGITS = 64;
    private static final int MAX_VIOLATIONS = 100;
    private static final long MAX_AMOUNT = 9_007_199_254_740_991L; // what every client's numbers can hold

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_DIGITS)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addModule(new SimpleModule().addDeserializer(Instant.class, new TimeReader()))
            .build();

    private static final Pattern TRACEPARENT = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final Contract envelope = Contract.named("Message");
    private final Map<CommandType, Contract> contracts = new EnumMap<>(CommandType.class);

    MessageReader() {
        for (CommandType type : CommandType.values()) {
            contracts.put(type, Contract.named(type.wireName()));
        }
    }

    /**
     * Reads a whole message, a CloudEvents 1.0 object in structured mode.
     *
     * @throws Unreadable if the bytes are no JSON object
     * @throws BrokenRule naming every broken field
     */
    public Message read(byte[] body) {
        String text = text(body);
        ObjectNode message = object(text);
        message.properties().removeIf(attribute -> attribute.getValue().isNull()); // CloudEvents: null means not set
        Map<String, Violation> broken = new LinkedHashMap<>();
        envelope.check(message, "", broken);
        Optional<CommandType> type = CommandType.named(message.path("type").asText());
        JsonNode data = message.path("data");
        if (message.has("data_base64")) {
            broken.put(
                    "data_base64",
                    new Violation("data_base64", "is binary data; send the data as an object in \"data\""));
        } else if (type.isPresent()) {
            if (data.isMissingNode() && contract(type.get()).allOptional()) {
                data = JSON.createObjectNode();
            }
            checkData(type.get(), data, broken);
        }
        refuse(broken);
        return new Message(
                message.get("source").textValue(),
                message.get("id").textValue(),
                type.orElseThrow(),
                message.path("subject").textValue(),
                convert(data, type.get().data()),
                traceparent(message),
                text);
    }

    /** A trace that is not written as the standard says is no reason to refuse an order. */
    private static @Nullable String traceparent(ObjectNode message) {
        String value = message.path("traceparent").textValue();
        return value != null && TRACEPARENT.matcher(value).matches() ? value : null;
    }

    /**
     * Reads the data of one command, as it comes through the engine's REST API. Fields are named as in a whole message.
     *
     * @throws Unreadable if the text is no JSON object
     * @throws BrokenRule naming every broken field
     */
    public <T> T readData(Class<T> type, String json) {
        CommandType command = CommandType.named(type.getSimpleName()).orElseThrow();
        ObjectNode data = object(text(json.getBytes(StandardCharsets.UTF_8)));
        Map<String, Violation> broken = new LinkedHashMap<>();
        checkData(command, data, broken);
        refuse(broken);
        return convert(data, type);
    }

    /**
     * Checks a subject that did not come in a message, such as the business key in a call of the engine's REST API.
     *
     * @throws BrokenRule if it cannot be an order number (of StockAdjusted: a sku)
     */
    public void checkSubject(CommandType type, @Nullable String subject) {
        ObjectNode message = JSON.createObjectNode()
                .put("specversion", "1.0")
                .put("id", "none")
                .put("source", "/none")
                .put("type", type.wireName());
        if (subject != null) {
            message.put("subject", subject);
        }
        Map<String, Violation> broken = new LinkedHashMap<>();
        envelope.check(message, "", broken);
        refuse(broken);
    }

    private static String text(byte[] body) {
        if (body.length > MAX_BYTES) {
            throw new Unreadable("is longer than 256 KiB (" + MAX_BYTES + " bytes); send a shorter message");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            if (text.startsWith("\uFEFF")) {
                throw new Unreadable("begins with a byte order mark; send UTF-8 without one");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new Unreadable("is not UTF-8; send JSON in UTF-8");
        }
    }

    private static ObjectNode object(String text) {
        if (text.isBlank()) {
            throw new Unreadable("is empty; send one JSON object");
        }
        try (JsonParser parser = JSON.createParser(text)) {
            if (tree(parser) instanceof ObjectNode object) {
                if (parser.nextToken() != null) {
                    throw new Unreadable(
                            "goes on after the JSON object" + place(parser) + "; send one object and nothing else");
                }
                return object;
            }
            throw new Unreadable("is JSON, but not an object; send one JSON object (no batches)");
        } catch (JsonProcessingException e) {
            throw notJson(
                    e.getLocation() == null
                            ? ""
                            : place(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode tree(JsonParser parser) throws IOException {
        try {
            return JSON.readTree(parser);
        } catch (StreamConstraintsException e) {
            if (parser.getParsingContext().getNestingDepth() >= MAX_DEPTH) {
                throw new Unreadable("is nested more than " + MAX_DEPTH + " levels deep; send flatter JSON");
            }
            throw new Unreadable("holds a number or a name that is too long" + place(parser)
                    + "; send numbers of at most " + MAX_DIGITS + " digits");
        } catch (MismatchedInputException e) {
            throw new Unreadable("names the field \"" + Contract.echo(String.valueOf(parser.currentName())) + "\" twice"
                    + place(parser) + "; send each field once");
        }
    }

    private static String place(JsonParser parser) {
        return place(
                parser.currentLocation().getLineNr(), parser.currentLocation().getColumnNr());
    }

    private static String place(int line, int column) {
        return " at line " + line + ", column " + column;
    }

    private static Unreadable notJson(String place) {
        return new Unreadable("is not JSON" + place + "; send one JSON object in UTF-8");
    }

    private Contract contract(CommandType type) {
        return Objects.requireNonNull(contracts.get(type));
    }

    private void checkData(CommandType type, JsonNode data, Map<String, Violation> broken) {
        if (data.isMissingNode()) {
            broken.put(
                    "data",
                    new Violation(
                            "data", "is missing; send an object as the schema " + type.wireName() + " describes it"));
            return;
        }
        contract(type).check(data, "data", broken);
        checkMethod(data, "method", broken);
        checkMethod(data, "paymentMethod", broken);
        if (type == CommandType.PLACE_ORDER) {
            checkTotal(data, broken);
        }
    }

    private static void checkMethod(JsonNode data, String name, Map<String, Violation> broken) {
        if ("CASH_ON_DELIVERY".equals(data.path(name).textValue())) {
            String field = "data." + name;
            broken.put(
                    field,
                    new Violation(
                            field, "pay on delivery is not offered yet; choose a method that is paid in advance"));
        }
    }

    /** total = Σ quantity · unitPrice + shipping + tax − discount; judged only where all of these are there. */
    private static void checkTotal(JsonNode order, Map<String, Violation> broken) {
        OptionalLong total = amount(order.path("total"));
        if (total.isEmpty()) {
            return;
        }
        try {
            OptionalLong sum = sum(order);
            if (sum.isPresent() && sum.getAsLong() != total.getAsLong()) {
                broken.putIfAbsent(
                        "data.total",
                        new Violation(
                                "data.total",
                                "is " + total.getAsLong() + ", but lines + shipping + tax - discount is "
                                        + sum.getAsLong() + "; correct the total or what it is made of"));
            }
        } catch (ArithmeticException e) {
            broken.putIfAbsent(
                    "data.total",
                    new Violation(
                            "data.total",
                            "the lines add up to more than can be counted; correct quantities and prices"));
        }
    }

    private static OptionalLong sum(JsonNode order) {
        OptionalLong shipping = amount(order.path("shipping"));
        OptionalLong tax = amount(order.path("tax"));
        OptionalLong discount = amount(order.path("discount"));
        JsonNode lines = order.path("lines");
        if (shipping.isEmpty() || tax.isEmpty() || discount.isEmpty() || lines.isEmpty()) {
            return OptionalLong.empty();
        }
        long sum = Math.subtractExact(Math.addExact(shipping.getAsLong(), tax.getAsLong()), discount.getAsLong());
        for (JsonNode line : lines) {
            OptionalLong quantity = amount(line.path("quantity"));
            OptionalLong unitPrice = amount(line.path("unitPrice"));
            if (quantity.isEmpty() || unitPrice.isEmpty()) {
                return OptionalLong.empty();
            }
            sum = Math.addExact(sum, Math.multiplyExact(quantity.getAsLong(), unitPrice.getAsLong()));
        }
        return OptionalLong.of(sum);
    }

    private static OptionalLong amount(JsonNode value) {
        return value.canConvertToExactIntegral()
                        && value.canConvertToLong()
                        && value.longValue() >= 0
                        && value.longValue() <= MAX_AMOUNT
                        && value.longValue() <= MAX_AMOUNT
                ? OptionalLong.of(value.longValue())
                : OptionalLong.empty();
    }

    private static void refuse(Map<String, Violation> broken) {
        if (broken.isEmpty()) {
            return;
        }
        List<Violation> violations = new ArrayList<>(broken.values());
        if (violations.size() > MAX_VIOLATIONS) {
            int more = violations.size() - MAX_VIOLATIONS;
            violations = new ArrayList<>(violations.subList(0, MAX_VIOLATIONS));
            violations.add(new Violation("data", "has " + more + " more broken fields like these; correct them too"));
        }
        throw new BrokenRule(violations);
    }

    private static <T> T convert(JsonNode data, Class<T> type) {
        try {
            return JSON.treeToValue(data, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the schema lets pass what " + type.getSimpleName() + " cannot hold", e);
        }
    }

    /** Times as the contract writes them. */
    private static final class TimeReader extends FromStringDeserializer<Instant> {

        private static final long serialVersionUID = 1L;

        TimeReader() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(String value, DeserializationContext context) {
            return Contract.time(value).orElseThrow();
        }
    }
}
