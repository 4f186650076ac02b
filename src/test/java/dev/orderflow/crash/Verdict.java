package dev.orderflow.crash;

import dev.orderflow.world.Command;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Accounts for every message, order and event after a run, by SQL and by what was heard. */
final class Verdict {

    /** What may be refused because a timer was faster than the buyer or the carrier. */
    private static final Set<String> MAY_COME_LATE = Set.of("ShipmentDelivered", "ConfirmReceipt", "SubmitReview");

    /** What may be on an order's timeline more than once. */
    private static final String REPEATABLE =
            "('PaymentRecorded', 'RefundRequested', 'RefundSettled', 'CommandRefused')";

    private static final Pattern ERROR = Pattern.compile("^\\S+ +ERROR .*");

    private static final Pattern LOGGED = Pattern.compile("^\\d{4}-\\d\\d-\\d\\dT.*");

    /** What frameworks call an error while a service is away. */
    private static final Pattern OUTAGE = Pattern.compile(String.join(
            "|",
            ".* Application exception overridden by rollback exception",
            ".* Commit exception overridden by rollback exception",
            ".* Error acking\\.", // the broker went away right after the commit; what comes again is known
            ".* Failed to check/redeclare auto-delete queue\\(s\\)\\.",
            // a database that goes away between the last migration and Flyway's goodbye
            ".* o\\.f\\.c\\.i\\.j\\.TransactionalExecutionTemplate : Unable to (rollback transaction|restore autocommit to .*)",
            ".* a command failed 5 times and is now dead letter .*", // the poison
            ".* ENGINE-14019 Exception during job acquisition .*"));

    private final Site site;
    private final JdbcClient sql;
    private final Post post;
    private final Ears ears;
    private final Players players;
    private final Optional<Command> poison;
    private final List<String> wrongs = new ArrayList<>();
    private long lost;
    private long doubled;

    /** @param poison what must become a dead letter */
    Verdict(Site site, Post post, Ears ears, Players players, Optional<Command> poison) {
        this.poison = poison;
        this.site = site;
        this.sql = site.database().sql();
        this.post = post;
        this.ears = ears;
        this.players = players;
    }

    /** Whether everything has come to rest, so that it is worth looking. */
    boolean isQuiet() {
        return post.open() == 0
                && number("select count(*) from orders") == players.stories().size()
                && number("select count(*) from orders where status not in ('COMPLETED', 'CANCELLED')") == 0
                && number("select count(*) from refund where status <> 'SETTLED'") == 0
                && number("select count(*) from outbox") == 0
                && number("select count(*) from order_event") == ears.heard()
                && number("select count(*) from inbox where body is not null") == 0
                && number("select count(*) from dead_letter where published_at is not null") == deadLetters();
    }

    List<String> wrongs() throws IOException, InterruptedException {
        messages();
        orders();
        effects();
        events();
        leftovers();
        invariants();
        logs();
        wrongs.addAll(ears.complaints());
        wrongs.addAll(post.complaints());
        wrongs.addAll(players.complaints());
        return wrongs;
    }

    /** Acknowledged messages and committed events that are nowhere. */
    long lost() {
        return lost;
    }

    /** Effects that happened twice. */
    long doubled() {
        return doubled;
    }

    private void messages() {
        Map<String, String> outcomes = new HashMap<>();
        sql.sql("select message_id, outcome from inbox")
                .query((row, i) -> outcomes.put(row.getString(1), row.getString(2)))
                .list();
        for (Command command : post.acknowledged().values()) {
            if (poison.filter(command::equals).isPresent()) {
                continue; // is among the dead letters
            }
            String outcome = outcomes.get(command.id());
            if (outcome == null) {
                lost++;
                wrong("%s %s was acknowledged and is nowhere: %s"
                        .formatted(command.type(), command.subject(), command.id()));
            } else if (!isExpected(command, outcome)) {
                wrong("%s of %s (%s) is %s"
                        .formatted(command.type(), command.subject(), story(command.subject()), outcome));
            }
        }
    }

    private static boolean isExpected(Command command, String outcome) {
        return switch (outcome) {
            case "APPLIED" -> true;
            case "REFUSED" -> MAY_COME_LATE.contains(command.type());
            default -> command.type().equals("PaymentCaptured"); // waited in its process, not in the inbox
        };
    }

    private void orders() {
        Map<String, String> ends = new HashMap<>();
        sql.sql("select order_no, status, cancel_reason from orders")
                .query((row, i) -> ends.put(row.getString(1), row.getString(2) + " " + row.getString(3)))
                .list();
        players.stories().forEach((orderNo, story) -> {
            String expected = story.end() + " " + story.reason();
            if (!expected.equals(ends.get(orderNo))) {
                wrong("%s (%s) is %s and not %s".formatted(orderNo, story, ends.get(orderNo), expected));
            }
        });
    }

    private void effects() {
        counts("payment", "select order_no, count(*) from payment group by order_no", Story::payments);
        counts("refund", "select order_no, count(*) from refund group by order_no", Story::refunds);
        counts(
                "shipment",
                "select order_no, count(*) from shipment group by order_no",
                story -> story.isShipped() ? 1 : 0);
        counts("payments told", """
                select subject, count(*) from order_event
                where type = 'PaymentRecorded' and data::jsonb ->> 'effect' <> 'UNASSIGNED' group by subject
                """, Story::payments);
        counts(
                "refunds told",
                "select subject, count(*) from order_event where type = 'RefundSettled' group by subject",
                Story::refunds);
        counts("review window or review", """
                select subject, count(*) from order_event where type = 'OrderCompleted' group by subject
                """, story -> story.isShipped() ? 1 : 0);
        sql.sql("""
                        select subject, type, count(*) as times from order_event
                        where subject in (select order_no from orders) and type not in %s
                        group by subject, type having count(*) > 1
                        """.formatted(REPEATABLE))
                .query((row, i) -> {
                    doubled++;
                    return row.getString(2) + " of " + row.getString(1) + " happened " + row.getLong(3) + " times";
                })
                .list()
                .forEach(this::wrong);
    }

    private void counts(String what, String query, java.util.function.ToIntFunction<Story> expected) {
        Map<String, Long> counts = new HashMap<>();
        sql.sql(query)
                .query((row, i) -> counts.put(row.getString(1), row.getLong(2)))
                .list();
        players.stories().forEach((orderNo, story) -> {
            long count = counts.getOrDefault(orderNo, 0L);
            int wanted = expected.applyAsInt(story);
            if (count != wanted) {
                doubled += Math.max(0, count - wanted);
                lost += Math.max(0, wanted - count);
                wrong("%s (%s) has %d of %s and not %d".formatted(orderNo, story, count, what, wanted));
            }
        });
    }

    private void events() {
        Map<String, Long> heard = ears.last();
        sql.sql("select subject, max(sequence) from order_event group by subject")
                .query((row, i) -> {
                    long missing = row.getLong(2) - heard.getOrDefault(row.getString(1), 0L);
                    if (missing != 0) {
                        lost += missing;
                        wrong("of %s %d events were never heard".formatted(row.getString(1), missing));
                    }
                    return missing;
                })
                .list();
    }

    private void leftovers() {
        none("events not published", "select count(*) from outbox");
        none("parked messages", "select count(*) from inbox where body is not null");
        long deadLetters = number("select count(*) from dead_letter");
        if (deadLetters != deadLetters()) {
            wrong("there are %d dead letters and not %d".formatted(deadLetters, deadLetters()));
        }
        none("incidents", "select count(*) from act_ru_incident");
        none("failed jobs", "select count(*) from act_ru_job where retries_ <= 0");
        none("jobs that wait", "select count(*) from act_ru_job where process_instance_id_ is not null");
        none("process instances", "select count(*) from act_ru_execution");
        none("refunds that wait", "select count(*) from refund where status <> 'SETTLED'");
        none("sessions that hold a transaction open", """
                select count(*) from pg_stat_activity
                where state like 'idle in transaction%' and now() - state_change > interval '5 seconds'
                """);
        queue("orders.commands", 0, site.nodes().size() * Site.CONSUMERS);
        queue("orders.commands.dead", deadLetters(), 0);
    }

    private int deadLetters() {
        return poison.isPresent() ? 1 : 0;
    }

    private void queue(String name, int messages, int consumers) {
        try (var connection = Ears.connect(site.broker().port());
                var channel = connection.createChannel()) {
            var state = channel.queueDeclarePassive(name);
            // At least once holds for dead letters too.
            if (messages == 0 ? state.getMessageCount() != 0 : state.getMessageCount() < messages) {
                wrong("%d messages and not %d are in %s".formatted(state.getMessageCount(), messages, name));
            }
            if (state.getConsumerCount() != consumers) {
                wrong("%d and not %d consumers came back to %s".formatted(state.getConsumerCount(), consumers, name));
            }
        } catch (IOException | java.util.concurrent.TimeoutException e) {
            wrong("queue " + name + ": " + e);
        }
    }

    private void invariants() throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        for (Node node : site.nodes()) {
            HttpRequest request = HttpRequest.newBuilder(node.uri("/actuator/invariants"))
                    .timeout(Duration.ofSeconds(60))
                    .header("Authorization", "Bearer " + Node.MONITOR_KEY)
                    .build();
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200 || !answer.body().contains("\"ok\":true")) {
                wrong("node %d says of the invariants: %d %s"
                        .formatted(node.number(), answer.statusCode(), answer.body()));
            }
        }
    }

    private void logs() throws IOException {
        for (Node node : site.nodes()) {
            Set<String> seen = new HashSet<>();
            List<String> lines = Files.readAllLines(node.log());
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (ERROR.matcher(line).matches()
                        && !OUTAGE.matcher(line).matches()
                        && !isStartWithoutDatabase(lines, i)
                        && seen.add(line.replaceFirst("^.*? : ", "").replaceAll("[0-9a-f-]{8,}|\\d+", "#"))) {
                    wrong("in the log of node %d: %s".formatted(node.number(), line));
                }
            }
        }
    }

    /** A node gives up that loses the database while it starts; whoever runs it starts it again. */
    private static boolean isStartWithoutDatabase(List<String> lines, int error) {
        return lines.get(error).endsWith(": Application run failed")
                && lines.stream()
                        .skip(error + 1L)
                        .takeWhile(line -> !LOGGED.matcher(line).matches())
                        .anyMatch(line -> line.startsWith("Caused by: org.postgresql.")
                                || line.startsWith("Caused by: java.sql."));
    }

    private void none(String what, String query) {
        long found = number(query);
        if (found != 0) {
            wrong("there are %d %s".formatted(found, what));
        }
    }

    private long number(String query) {
        return sql.sql(query).query(Long.class).single();
    }

    private String story(String orderNo) {
        return String.valueOf(players.stories().get(orderNo));
    }

    private void wrong(String sentence) {
        wrongs.add(sentence);
    }
}
