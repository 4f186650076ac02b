package dev.orderflow.messaging;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.Format;
import com.networknt.schema.path.NodePath;
import dev.orderflow.order.BrokenRule.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One published JSON Schema of {@code /schemas}, and the words for what breaks it: what is wrong is told by the keyword that
 * failed, what to send instead by the {@code description} beside it. So the wording is part of the contract too.
 */
final class Contract {

    private static final int LONGEST_ECHO = 60;
    private static final Pattern PERSONAL = Pattern.compile("data\\.(customer|shipTo|comment|note)\\b.*");
    private static final Pattern RFC_3339 = Pattern.compile(
            "(\\d{4})-(\\d{2})-(\\d{2})T(\\d{2}):(\\d{2}):(\\d{2})(?:\\.(\\d{1,9})\\d*)?(Z|[+-]\\d{2}:\\d{2})");
    private static final Pattern UNSEEN = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");
    private static final Set<String> COUNTRIES = Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2);
    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getDefaultFractionDigits() >= 0) // gold and the like have no minor unit
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDialect(
            Dialect.builder(Dialects.getDraft202012())
                    .format(format("date-time", text -> time(text).isPresent()))
                    .format(format("uri-reference", Contract::isUriReference))
                    .format(format("currency", CURRENCIES::contains))
                    .format(format("country", COUNTRIES::contains))
                    .build(),
            registry -> registry.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

    private final JsonNode text;
    private final Schema schema;

    private Contract(JsonNode text, Schema schema) {
        this.text = text;
        this.schema = schema;
    }

    /** Reads {@code /schemas/<name>.json}. */
    static Contract named(String name) {
        try (InputStream file = Contract.class.getResourceAsStream("/schemas/" + name + ".json")) {
            if (file == null) {
                throw new IllegalStateException("there is no schema " + name);
            }
            JsonNode text = new JsonMapper().readTree(file);
            Schema schema = REGISTRY.getSchema(SchemaLocation.of("classpath:/schemas/" + name + ".json"), text);
            schema.initializeValidators();
            return new Contract(text, schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether an empty object is enough. */
    boolean allOptional() {
        return !text.has("required");
    }

    /** Checks a value that stands at {@code at} in its message and adds every broken field, each once, by its path. */
    void check(JsonNode value, String at, Map<String, Violation> broken) {
        for (Error error : schema.validate(value)) {
            String field = field(error, at);
            broken.computeIfAbsent(field, f -> new Violation(f, finding(error, f) + "; send " + wanted(error)));
        }
    }

    private static String field(Error error, String at) {
        StringBuilder field = new StringBuilder(at);
        NodePath path = error.getInstanceLocation();
        for (int i = 0; i < path.getNameCount(); i++) {
            if (path.getElement(i) instanceof Integer index) {
                field.append('[').append(index).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(path.getElement(i));
            }
        }
        if (error.getKeyword().equals("required")) {
            field.append(field.isEmpty() ? "" : ".").append(error.getProperty());
        }
        return field.toString();
    }

    private static String finding(Error error, String field) {
        JsonNode value = error.getInstanceNode();
        return switch (error.getKeyword()) {
            case "required" -> "is missing";
            case "maxLength" ->
                "has " + value.textValue().codePointCount(0, value.textValue().length()) + " characters";
            case "minLength" -> "is empty";
            case "minItems", "maxItems" -> "has " + value.size() + " items";
            case "type" -> "is " + (value.isNumber() ? echo(value.asText()) : kind(value));
            default ->
                value.isTextual() && PERSONAL.matcher(field).matches()
                        ? "is not in the right form"
                        : "is " + (value.isTextual() ? '"' + echo(value.textValue()) + '"' : echo(value.asText()));
        };
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> "text";
            case BOOLEAN -> "true or false";
            default -> "null";
        };
    }

    /** What may be said back of a value that somebody sent: not long, and nothing that a terminal or a log could act on. */
    static String echo(String value) {
        String start = value.length() > LONGEST_ECHO ? value.substring(0, LONGEST_ECHO) + "…" : value;
        return UNSEEN.matcher(start).replaceAll("?");
    }

    private String wanted(Error error) {
        NodePath keyword = error.getSchemaLocation().getFragment();
        JsonPointer place = JsonPointer.empty();
        for (int i = 0; i < keyword.getNameCount() - 1; i++) {
            place = place.appendProperty(keyword.getElement(i).toString());
        }
        if (error.getKeyword().equals("required")) {
            place = place.appendProperty("properties").appendProperty(error.getProperty());
        }
        return text.at(place).path("description").asText("what the schema asks for");
    }

    /** An RFC 3339 time; a leap second becomes the second after it. */
    static Optional<Instant> time(String text) {
        var parts = RFC_3339.matcher(text.toUpperCase(Locale.ROOT));
        if (text.length() > 40 || !parts.matches()) {
            return Optional.empty();
        }
        int second = Integer.parseInt(parts.group(6));
        boolean leap = second == 60;
        try {
            Instant instant = OffsetDateTime.of(
                            Integer.parseInt(parts.group(1)),
                            Integer.parseInt(parts.group(2)),
                            Integer.parseInt(parts.group(3)),
                            Integer.parseInt(parts.group(4)),
                            Integer.parseInt(parts.group(5)),
                            leap ? 59 : second,
                            nanos(parts.group(7)),
                            ZoneOffset.of(parts.group(8)))
                    .toInstant();
            return Optional.of(leap ? instant.plusSeconds(1) : instant);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Of up to nine digits behind the point. */
    private static int nanos(@Nullable String fraction) {
        if (fraction == null) {
            return 0;
        }
        int nanos = Integer.parseInt(fraction);
        for (int digits = fraction.length(); digits < 9; digits++) {
            nanos *= 10;
        }
        return nanos;
    }

    private static boolean isUriReference(String text) {
        try {
            return new URI(text).toASCIIString().equals(text);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static Format format(String name, Predicate<String> holds) {
        return new Format() {
            @Override
            public String getName() {
                return name;
            }

            @Override
            public boolean matches(ExecutionContext context, String value) {
                return holds.test(value);
            }
        };
    }
}
