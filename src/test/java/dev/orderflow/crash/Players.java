package dev.orderflow.crash;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderflow.world.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Shop, payment provider, warehouse, carrier and buyer: place orders, and react to the events they hear. */
final class Players {

    private static final String SKU = "crash-tea";
    private static final long ENDLESS = 1_000_000_000;
    private static final int QUANTITY = 1;
    private static final long TOTAL = Command.total(QUANTITY);
    private static final double BY_HTTP = 0.3;
    private static final double TOLD_TWICE = 0.08;

    private final Post post;
    private final Random random;
    private final Deque<Story> deck = new ArrayDeque<>();
    private final Map<String, Story> stories = new ConcurrentHashMap<>();
    private final Set<String> ended = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> placed = new ConcurrentHashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    Players(Post post, long seed) {
        this.post = post;
        this.random = new Random(seed);
    }

    void stock() {
        post.byHttp(Command.stockAdjusted(SKU, ENDLESS, Instant.parse("2026-01-01T00:00:00Z")));
        post.byHttp(Command.stockAdjusted(SKU + "-rare", 0, Instant.parse("2026-01-01T00:00:00Z")));
    }

    /** Begins the next order. */
    synchronized void order() {
        if (deck.isEmpty()) {
            deck.addAll(Story.deck(random));
        }
        begin(deck.pop());
    }

    synchronized void begin(Story story) {
        String orderNo = "C-%06d".formatted(stories.size() + 1);
        stories.put(orderNo, story);
        placed.put(orderNo, System.nanoTime());
        Command place = Command.placeOrder(orderNo, story == Story.SOLD_OUT ? SKU + "-rare" : SKU, QUANTITY)
                .with("paymentMethod", story.method());
        switch (story) {
            case EARLY -> {
                send(pay(orderNo, TOTAL));
                send(place);
            }
            case JUMBLED -> {
                List<Command> all = new ArrayList<>(List.of(
                        place,
                        pay(orderNo, TOTAL),
                        Command.shipOrder(orderNo),
                        Command.shipmentDelivered(orderNo),
                        Command.confirmReceipt(orderNo),
                        Command.submitReview(orderNo)));
                Collections.shuffle(all, random);
                all.forEach(this::send);
            }
            default -> send(place);
        }
    }

    /** Does what the event asks for. */
    synchronized void hear(JsonNode event) {
        String orderNo = event.path("subject").asText();
        Story story = stories.get(orderNo);
        if (story == null) {
            return; // a sku
        }
        String type = event.path("type").asText();
        switch (type) {
            case "RefundRequested" ->
                send(Command.refundSettled(orderNo, event.at("/data/refundId").asText()));
            case "OrderCompleted" -> ended.add(orderNo);
            case "OrderCancelled" -> {
                ended.add(orderNo);
                if (story.method().equals(Story.HASTY)) {
                    checkPatience(orderNo);
                }
                if (story == Story.LATE) {
                    send(pay(orderNo, TOTAL));
                }
            }
            default -> {
                if (story != Story.JUMBLED) {
                    goOn(story, orderNo, type);
                }
            }
        }
    }

    /** Whatever the nodes' clocks say, a buyer has the time that was promised. */
    private void checkPatience(String orderNo) {
        Duration waited = Duration.ofNanos(System.nanoTime() - placed.get(orderNo));
        if (waited.compareTo(Site.PAYMENT_TIMER.minusSeconds(1)) < 0) {
            complaints.add(orderNo + " was overdue after " + waited);
        }
    }

    private void goOn(Story story, String orderNo, String type) {
        switch (type) {
            case "OrderPlaced" -> payOrDrop(story, orderNo);
            case "OrderReleased" -> {
                if (story == Story.REGRETTED) {
                    send(Command.cancelOrder(orderNo));
                } else if (story != Story.SLOW) {
                    send(Command.shipOrder(orderNo));
                }
            }
            case "ShipmentOverdue" -> {
                if (story == Story.SLOW) {
                    send(Command.shipOrder(orderNo));
                }
            }
            case "OrderShipped" -> send(Command.shipmentDelivered(orderNo));
            case "OrderDelivered" -> {
                if (story != Story.FORGETFUL) {
                    send(Command.confirmReceipt(orderNo));
                }
            }
            case "OrderReceived" -> {
                if (story != Story.FORGETFUL) {
                    send(Command.submitReview(orderNo));
                }
            }
            default -> {
                // nobody has to do anything
            }
        }
    }

    private void payOrDrop(Story story, String orderNo) {
        switch (story) {
            case UNPAID, LATE, EARLY, SOLD_OUT -> {
                // nothing to pay now
            }
            case DROPPED -> send(Command.cancelOrder(orderNo));
            case TWICE -> {
                send(pay(orderNo, TOTAL));
                send(pay(orderNo, TOTAL));
            }
            case HALVES -> {
                send(pay(orderNo, TOTAL / 2));
                send(pay(orderNo, TOTAL - TOTAL / 2));
            }
            default -> send(pay(orderNo, TOTAL));
        }
    }

    private static Command pay(String orderNo, long amount) {
        return Command.paymentCaptured(orderNo, amount);
    }

    private void send(Command command) {
        boolean http = random.nextDouble() < BY_HTTP;
        int times = random.nextDouble() < TOLD_TWICE ? 2 : 1;
        for (int i = 0; i < times; i++) {
            if (http) {
                post.byHttp(command);
            } else {
                post.byQueue(command);
            }
        }
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    Map<String, Story> stories() {
        return stories;
    }

    /** How many orders were heard to have ended. */
    int ended() {
        return ended.size();
    }
}
