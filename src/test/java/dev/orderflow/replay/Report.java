package dev.orderflow.replay;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The outcome in tables, and in one word at the end. */
final class Report {

    private static final int MOST_WRONGS = 20;

    private final Outcome outcome;
    private final PrintStream out;

    Report(Outcome outcome, PrintStream out) {
        this.outcome = outcome;
        this.out = out;
    }

    /** @return whether everything is accounted for */
    boolean print(double seconds) {
        List<OlistOrder> orders = outcome.data().orders();
        Collection<Step> steps = outcome.conductor().sent().values();

        title("Orders: what the data says, and what came of them");
        Table.counting("", orders, OlistOrder::status, outcome::statusWord).print(out);
        explainUnfinishedDeliveries(orders);
        counts("cancelled because", outcome.evidence().cancellations());

        title("Messages");
        Table.counting("", steps, Step::type, outcome::fate).print(out);
        reasons(steps);

        title("Odd in the data, and what came of it");
        oddities(orders);

        title("Money, in centavos");
        Evidence.Money money = outcome.evidence().money();
        Table ledger = new Table("captured", "given back", "of that settled", "kept", "kept of cancelled orders");
        ledger.add(money.captured(), money.refunded(), money.settled(), money.kept(), money.keptOfCancelled());
        ledger.print(out);
        counts("refunds", outcome.evidence().refunds());

        Evidence.TimedOut late = outcome.evidence().timedOut();
        out.printf(
                "  timed out: %d orders; money came for %d of them all the same, %d centavos, of which %d went back%n",
                late.orders(), late.paid(), late.captured(), late.refunded());

        title("Stock, in pieces");
        Evidence.Pieces pieces = outcome.evidence().pieces();
        Table stock = new Table("on hand", "reserved", "left the house");
        stock.add(pieces.onHand(), pieces.reserved(), pieces.deducted());
        stock.print(out);

        title("Events, as heard by a consumer");
        Table events = new Table("type", "events");
        outcome.events().types().forEach(events::add);
        events.add("all", outcome.events().heard());
        events.print(out);
        out.println("  sequences: " + (outcome.events().complaints().isEmpty() ? "gapless and in order" : "BROKEN")
                + "; sent again: " + outcome.events().repeated());

        title("Speed");
        out.printf(
                Locale.ROOT,
                "  %d messages, %d timers and %d orders in %.0f s: %.0f messages/s, %.1f orders/s%n",
                steps.size(),
                outcome.conductor().timersFired(),
                orders.size(),
                seconds,
                steps.size() / seconds,
                orders.size() / seconds);

        return verdict();
    }

    private void explainUnfinishedDeliveries(List<OlistOrder> orders) {
        List<OlistOrder> unfinished = orders.stream()
                .filter(OlistOrder::isDelivered)
                .filter(order -> outcome.status(order)
                        .filter(status -> status.name().equals("COMPLETED")
                                || status.name().equals("RECEIVED"))
                        .isEmpty())
                .toList();
        if (!unfinished.isEmpty()) {
            out.println("  delivered by the data, but neither received nor completed here:");
            Table.counting("", unfinished, this::why, outcome::statusWord).print(out);
        }
    }

    private String why(OlistOrder order) {
        if (Oddity.NEVER_APPROVED.holds(order)) {
            return "never paid";
        }
        return Oddity.UNDERPAID.holds(order) ? "not paid in full" : "too late for the timers";
    }

    private void reasons(Collection<Step> steps) {
        Map<String, List<Step>> byReason = steps.stream()
                .filter(step -> outcome.reason(step).isPresent())
                .collect(Collectors.groupingBy(step -> step.type() + ", " + outcome.fate(step) + ": "
                        + outcome.reason(step).orElseThrow()));
        if (byReason.isEmpty()) {
            return;
        }
        out.println("  reasons:");
        byReason.entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, List<Step>> reason) ->
                                -reason.getValue().size())
                        .thenComparing(Map.Entry::getKey))
                .forEach(reason -> out.printf("  %6d  %s%n", reason.getValue().size(), reason.getKey()));
    }

    private void oddities(List<OlistOrder> orders) {
        record Odd(Oddity oddity, OlistOrder order) {}
        Function<OlistOrder, List<Odd>> odd = order -> Arrays.stream(Oddity.values())
                .filter(oddity -> oddity.holds(order))
                .map(oddity -> new Odd(oddity, order))
                .toList();
        Table.counting(
                        "",
                        orders.stream().map(odd).flatMap(List::stream).toList(),
                        Odd::oddity,
                        each -> outcome.statusWord(each.order()))
                .print(out);
    }

    private void counts(String title, Map<String, Long> counts) {
        if (!counts.isEmpty()) {
            out.println("  " + title + ": "
                    + counts.entrySet().stream()
                            .map(count -> count.getKey() + " " + count.getValue())
                            .collect(Collectors.joining(", ")));
        }
    }

    private void title(String text) {
        out.println();
        out.println(text);
    }

    private boolean verdict() {
        List<String> wrongs = outcome.wrongs();
        out.println();
        out.println("  invariants: " + (outcome.invariants().ok() ? "all hold" : "BROKEN"));
        wrongs.stream().limit(MOST_WRONGS).forEach(wrong -> out.println("  WRONG: " + wrong));
        out.println(
                wrongs.isEmpty()
                        ? "REPLAY ok: every message, order, event, cent and piece is accounted for"
                        : "REPLAY failed: " + wrongs.size() + " things are not as they must be");
        return wrongs.isEmpty();
    }
}
