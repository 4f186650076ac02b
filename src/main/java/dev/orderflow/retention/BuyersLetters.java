package dev.orderflow.retention;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderflow.order.SqlTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Dead letters that speak of a buyer: their words are taken out and what tells of money stays, for it is still to be looked at. They
 * are strangers' bytes, so a letter is found by what it says: the customer's id, mail address or phone number, or one of the orders.
 */
@Repository
class BuyersLetters {

    private static final Set<String> MONEY =
            Set.of("PaymentCaptured", "PaymentFailed", "RefundSettled", "RefundFailed");
    private static final Set<String> ENVELOPE = Set.of("specversion", "id", "source", "type", "subject", "time");
    private static final Set<String> BOOKS =
            Set.of("paymentId", "provider", "method", "amount", "currency", "paidAt", "refundId", "providerReference");

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final ObjectWriter ASCII = JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private final JdbcClient jdbc;
    private final Clock clock;

    BuyersLetters(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Reads all dead letters, which are few; returns how many spoke of the buyer. */
    int erase(Buyer buyer) {
        List<Letter> letters = jdbc.sql("""
                        select id, body from dead_letter
                        where exists (select from unnest(:words) word where position(convert_to(word, 'UTF8') in body) > 0)
                        order by id for update
                        """)
                .param("words", buyer.words().toArray(String[]::new))
                .query((row, i) -> new Letter(row.getObject("id", UUID.class), row.getBytes("body")))
                .list();
        int erased = 0;
        for (Letter letter : letters) {
            byte[] rest = rest(letter.body(), buyer);
            if (rest != null) {
                replace(letter.id(), rest, rest.length == 0 || !isMoney(rest));
                erased++;
            }
        }
        return erased;
    }

    /** What stays of the letter; nothing if all of it may. */
    private static byte @Nullable [] rest(byte[] body, Buyer buyer) {
        String text = new String(body, StandardCharsets.UTF_8);
        boolean personal = buyer.isMarked(text);
        if (!(tree(body) instanceof ObjectNode letter)) {
            // Torn, so it cannot be taken apart. One that only names an order may be all we know of some money.
            boolean money = MONEY.stream().anyMatch(text::contains);
            return personal || !money ? new byte[0] : null;
        }
        if (!MONEY.contains(letter.path("type").asText())) {
            letter.retain(ENVELOPE);
        } else if (personal) {
            letter.retain(Stream.concat(ENVELOPE.stream(), Stream.of("data")).toList());
            if (letter.path("data") instanceof ObjectNode data) {
                data.retain(BOOKS);
            } else {
                letter.remove("data");
            }
        } else {
            return null;
        }
        return letter.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable JsonNode tree(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException torn) {
            return null;
        }
    }

    private static boolean isMoney(byte[] body) {
        JsonNode letter = tree(body);
        return letter != null && MONEY.contains(letter.path("type").asText());
    }

    /** The reason goes too: it may quote the letter. What has lost its words cannot be tried again. */
    private void replace(UUID id, byte[] body, boolean resolved) {
        jdbc.sql("""
                        update dead_letter set body = :body, reason = 'erased', retry_result = null,
                                               resolved_at = case when :resolved then coalesce(resolved_at, :now) else resolved_at end
                        where id = :id
                        """)
                .param("body", body)
                .param("resolved", resolved)
                .param("now", SqlTime.of(clock.instant()))
                .param("id", id)
                .update();
    }

    private record Letter(UUID id, byte[] body) {}

    /**
     * @param marks what only this buyer has: id, mail addresses, phone numbers
     * @param orders their numbers
     */
    record Buyer(List<String> marks, List<String> orders) {

        /** As JSON writes them, in quotation marks, so that c-1 is not found in c-17. */
        List<String> words() {
            return written(Stream.concat(marks.stream(), orders.stream()).toList());
        }

        boolean isMarked(String text) {
            return written(marks).stream().anyMatch(text::contains);
        }

        private static List<String> written(List<String> values) {
            List<String> written = new ArrayList<>();
            try {
                for (String value : values) {
                    written.add(JSON.writeValueAsString(value));
                    written.add(ASCII.writeValueAsString(value));
                }
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("text that JSON cannot write", e);
            }
            return written.stream().distinct().toList();
        }
    }
}
