package dev.orderflow.replay;

import dev.orderflow.order.OrderStatus;
import dev.orderflow.web.Invariants;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All that the replay came to: counted first, then judged. */
final class Outcome {

    private final OlistData data;
    private final Map<String, Forecast> forecasts;
    private final Conductor conductor;
    private final EventWatch events;
    private final DeadLetterWatch deadLetters;
    private final Evidence evidence;
    private final Invariants.Answer invariants;

    private final Map<String, OrderStatus> statuses;
    private final Map<String, Fate> fates = new HashMap<>();
    private final Map<String, String> reasons = new HashMap<>();

    Outcome(
            OlistData data,
            Map<String, Forecast> forecasts,
            Conductor conductor,
            EventWatch events,
            DeadLetterWatch deadLetters,
            Evidence evidence,
            Invariants invariants) {
        this.data = data;
        this.forecasts = forecasts;
        this.conductor = conductor;
        this.events = events;
        this.deadLetters = deadLetters;
        this.evidence = evidence;
        this.invariants = invariants.check();
        this.statuses = evidence.statuses();
        Map<String, Evidence.Answer> answers = evidence.answers();
        conductor.sent().keySet().forEach(id -> judge(id, Optional.ofNullable(answers.get(id))));
    }

    private void judge(String id, Optional<Evidence.Answer> answer) {
        boolean dead = deadLetters.reasons().containsKey(id);
        Fate fate = answer.map(row -> dead ? Fate.DEAD_LETTERED : Fate.valueOf(row.outcome()))
                .orElse(dead ? Fate.DEAD_LETTERED : Fate.LOST);
        boolean waited = conductor.first().get(id) == Fate.PARKED && fate != Fate.PARKED;
        fates.put(id, waited ? fate.afterParking() : fate);
        String reason = dead
                ? deadLetters.reasons().get(id)
                : answer.map(Evidence.Answer::reason).orElse(null);
        if (reason != null && fate != Fate.APPLIED) {
            reasons.put(id, reason);
        }
    }

    OlistData data() {
        return data;
    }

    Evidence evidence() {
        return evidence;
    }

    EventWatch events() {
        return events;
    }

    Invariants.Answer invariants() {
        return invariants;
    }

    Conductor conductor() {
        return conductor;
    }

    Fate fate(Step step) {
        return fates.get(step.id());
    }

    /** Why, with what differs from order to order left out. */
    Optional<String> reason(Step step) {
        return Optional.ofNullable(reasons.get(step.id()))
                .map(reason -> reason.replace(step.subject(), "…").replaceAll("R-[0-9A-Z-]+", "R-…"));
    }

    Optional<OrderStatus> status(OlistOrder order) {
        return Optional.ofNullable(statuses.get(order.id()));
    }

    /** The status as a word; what was refused was never placed. */
    String statusWord(OlistOrder order) {
        return status(order).map(OrderStatus::name).orElse("not placed");
    }

    /** Everything that is not as it must be; empty is the good news. */
    List<String> wrongs() {
        List<String> wrongs = new ArrayList<>();
        long lost = fates.values().stream().filter(fate -> fate == Fate.LOST).count();
        demand(wrongs, lost == 0, lost + " messages are unaccounted for");
        demand(wrongs, events.complaints().isEmpty(), "events: " + events.complaints());
        demand(
                wrongs,
                new TreeMap<>(evidence.events()).equals(events.types()),
                "recorded events " + evidence.events() + " are not those that were heard " + events.types());
        demand(
                wrongs,
                !events.types().containsKey("RefundEscalated"),
                "finance was asked for refunds that the provider settles within a day");
        demand(wrongs, invariants.ok(), "invariants are broken: " + invariants.broken());
        demand(wrongs, evidence.leftovers().isEmpty(), "left over: " + evidence.leftovers());
        wrongs.addAll(unforeseen());
        wrongs.addAll(money());
        Evidence.Pieces pieces = evidence.pieces();
        long counted =
                data.orders().stream().mapToLong(order -> order.items().size()).sum();
        demand(
                wrongs,
                pieces.onHand() + pieces.deducted() == counted,
                counted + " pieces were counted, " + pieces + " are accounted for");
        return wrongs;
    }

    private List<String> unforeseen() {
        List<String> wrongs = new ArrayList<>();
        for (OlistOrder order : data.orders()) {
            Forecast forecast = forecasts.get(order.id());
            demand(
                    wrongs,
                    forecast.status().equals(status(order)),
                    "order " + order.id() + " is " + statusWord(order) + ", by the rules it must be "
                            + forecast.status().map(OrderStatus::name).orElse("not placed"));
            forecast.fates()
                    .forEach((id, fate) -> demand(
                            wrongs,
                            fate == fates.get(id),
                            id + " was " + fates.get(id) + ", by the rules it must be " + fate));
        }
        return wrongs;
    }

    private List<String> money() {
        List<String> wrongs = new ArrayList<>();
        Evidence.Money money = evidence.money();
        long captured =
                forecasts.values().stream().mapToLong(Forecast::captured).sum();
        long kept = forecasts.values().stream().mapToLong(Forecast::kept).sum();
        demand(wrongs, money.captured() == captured, captured + " centavos were sent, " + money + " is in the ledger");
        demand(wrongs, money.kept() == kept, kept + " centavos must stay with the shop, " + money + " do");
        demand(wrongs, money.settled() == money.refunded(), "not every refund is settled: " + money);
        demand(wrongs, money.keptOfCancelled() == 0, "cancelled orders keep money: " + money);
        Evidence.TimedOut late = evidence.timedOut();
        demand(wrongs, late.unequal() == 0, "orders that timed out did not give back what they got: " + late);
        return wrongs;
    }

    private static void demand(List<String> wrongs, boolean holds, String otherwise) {
        if (!holds) {
            wrongs.add(otherwise);
        }
    }
}
