package dev.orderflow.process;

import static dev.orderflow.order.OrderEvent.CANCELLED;
import static dev.orderflow.order.OrderEvent.COMPLETED;
import static dev.orderflow.order.OrderEvent.DELIVERED;
import static dev.orderflow.order.OrderEvent.PAID;
import static dev.orderflow.order.OrderEvent.PLACED;
import static dev.orderflow.order.OrderEvent.RECEIVED;
import static dev.orderflow.order.OrderEvent.RELEASED;
import static dev.orderflow.order.OrderEvent.REVIEWED;
import static dev.orderflow.order.OrderEvent.SHIPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.OrderStatus;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.EndEvent;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.MessageEventDefinition;
import org.camunda.bpm.model.bpmn.instance.ReceiveTask;
import org.camunda.bpm.model.bpmn.instance.StartEvent;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The model of the order and its transition function say the same. A token walks the model on every path, each task moves the status,
 * and three things must hold: nothing the model does by itself is illegal, nothing legal finds nobody waiting for it, and every
 * transition of the function is on some path.
 */
class TransitionTests {

    /** The tasks that move the order; that they do is what the process tests show. */
    private static final Map<String, OrderEvent> MOVES = Map.of(
            "Task_RegisterOrder", PLACED,
            "Task_MarkPaid", PAID,
            "Task_ReleaseOrder", RELEASED,
            "Task_RecordShipment", SHIPPED,
            "Task_RecordDelivery", DELIVERED,
            "Task_RecordReceipt", RECEIVED,
            "Task_RecordReview", REVIEWED,
            "Task_CompleteOrder", COMPLETED,
            "Task_CancelOrder", CANCELLED);

    /** Where a branch ends beside an order that goes on. */
    private static final Set<String> SIDE_ENDS = Set.of("EndEvent_DeliveryRecorded", "EndEvent_ShipmentEscalated");

    private static final Model ORDER = Model.named("order");

    @Test
    void every_path_of_the_model_keeps_to_the_table_and_every_transition_is_on_a_path() {
        Walk walk = new Walk(ORDER);

        assertThat(walk.complaints).isEmpty();
        assertThat(walk.ends).containsExactlyInAnyOrder(OrderStatus.COMPLETED, OrderStatus.CANCELLED);
        assertThat(walk.taken).isEqualTo(table());
    }

    @Test
    void a_model_that_ships_before_it_releases_is_caught() {
        assertThat(new Walk(ORDER.with("targetRef=\"Task_ReleaseOrder\"", "targetRef=\"UserTask_ShipOrder\""))
                        .complaints)
                .contains("Task_RecordShipment: SHIPPED is illegal for an order that is PAID");
    }

    @Test
    void a_model_that_cancels_a_shipped_order_is_caught() {
        assertThat(new Walk(ORDER.with(
                                "sourceRef=\"BoundaryEvent_ReceiptOverdue\" targetRef=\"Task_RecordReceipt\"",
                                "sourceRef=\"BoundaryEvent_ReceiptOverdue\" targetRef=\"Task_CancelOrder\""))
                        .complaints)
                .contains("Task_CancelOrder: CANCELLED is illegal for an order that is SHIPPED");
    }

    @Test
    void a_model_that_cannot_be_cancelled_where_the_table_allows_it_is_caught() {
        assertThat(new Walk(ORDER.with(
                                "sourceRef=\"BoundaryEvent_CancelledInReview\" targetRef=\"Task_CancelOrder\"",
                                "sourceRef=\"BoundaryEvent_CancelledInReview\" targetRef=\"Task_ReleaseOrder\""))
                        .complaints)
                .contains("UserTask_ReviewOrder: nobody waits for CANCELLED of an order that is PAID");
    }

    @Test
    void a_model_that_ends_in_the_middle_is_caught() {
        assertThat(new Walk(ORDER.with(
                                "sourceRef=\"Task_RecordReview\" targetRef=\"Task_CompleteOrder\"",
                                "sourceRef=\"Task_RecordReview\" targetRef=\"EndEvent_OrderCompleted\""))
                        .complaints)
                .contains("EndEvent_OrderCompleted: an order that is RECEIVED is not at its end");
    }

    private static Set<Transition> table() {
        Set<Transition> table = new HashSet<>();
        table.add(new Transition(null, PLACED));
        for (OrderStatus status : OrderStatus.values()) {
            for (OrderEvent event : OrderEvent.values()) {
                if (status.allows(event)) {
                    table.add(new Transition(status, event));
                }
            }
        }
        return table;
    }

    /** An event in a status; null before the order is there. */
    private record Transition(@Nullable OrderStatus from, OrderEvent event) {}

    /** A token at a node while the order is in a status. */
    private record Place(FlowNode node, @Nullable OrderStatus status) {}

    /** All places a token can reach. */
    private static final class Walk {

        private final Set<Transition> taken = new HashSet<>();
        private final Set<OrderStatus> ends = new HashSet<>();
        private final Set<String> complaints = new LinkedHashSet<>();
        private final Deque<Place> ahead = new ArrayDeque<>();
        private final Map<FlowNode, Collection<BoundaryEvent>> boundaries = new HashMap<>();

        Walk(Model model) {
            for (BoundaryEvent boundary : model.all(BoundaryEvent.class)) {
                boundaries
                        .computeIfAbsent((FlowNode) boundary.getAttachedTo(), node -> new HashSet<>())
                        .add(boundary);
            }
            model.all(StartEvent.class).forEach(start -> ahead.add(new Place(start, null)));
            Set<Place> seen = new HashSet<>();
            while (!ahead.isEmpty()) {
                Place place = ahead.pop();
                if (seen.add(place)) {
                    pass(place);
                }
            }
        }

        private void pass(Place place) {
            FlowNode node = place.node();
            OrderStatus after = move(node, place.status());
            if (after == null && !(node instanceof StartEvent)) {
                return;
            }
            if (node instanceof EndEvent) {
                end(node, after);
            }
            if (node instanceof UserTask || node instanceof ReceiveTask) {
                checkThatNothingLegalFindsNobody(node, after);
            }
            boundaries.getOrDefault(node, List.of()).forEach(boundary -> happen(boundary, after));
            node.getSucceedingNodes().list().forEach(next -> ahead.push(new Place(next, after)));
        }

        /** The status after the node, or null if the node must not be passed in this one. */
        private @Nullable OrderStatus move(FlowNode node, @Nullable OrderStatus status) {
            OrderEvent event = MOVES.get(node.getId());
            if (event == null) {
                return status;
            }
            if (event == PLACED) {
                taken.add(new Transition(null, PLACED));
                return OrderStatus.PENDING_PAYMENT;
            }
            if (status == null || !status.allows(event)) {
                complaints.add(node.getId() + ": " + event + " is illegal for an order that is " + status);
                return null;
            }
            taken.add(new Transition(status, event));
            return status.next(event).orElseThrow();
        }

        private void happen(BoundaryEvent boundary, @Nullable OrderStatus status) {
            OrderEvent event = next(boundary);
            boolean message = boundary.getEventDefinitions().iterator().next() instanceof MessageEventDefinition;
            if (message && status != null && !status.allows(event)) {
                return; // such a message is parked or refused before it gets here
            }
            ahead.push(new Place(boundary, status));
            if (!boundary.cancelActivity() && event != null && status != null) {
                // The token stays where it is, and the status moves under it.
                status.next(event)
                        .ifPresent(moved -> ahead.push(new Place((FlowNode) boundary.getAttachedTo(), moved)));
            }
        }

        private void end(FlowNode node, @Nullable OrderStatus status) {
            if (status == null || SIDE_ENDS.contains(node.getId())) {
                return;
            }
            ends.add(status);
            if (Arrays.stream(OrderEvent.values()).anyMatch(status::allows)) {
                complaints.add(node.getId() + ": an order that is " + status + " is not at its end");
            }
        }

        private void checkThatNothingLegalFindsNobody(FlowNode node, @Nullable OrderStatus status) {
            Set<OrderEvent> awaited = new HashSet<>();
            node.getSucceedingNodes().list().forEach(next -> awaited.add(firstMove(next)));
            boundaries.getOrDefault(node, List.of()).forEach(boundary -> awaited.add(next(boundary)));
            for (OrderEvent event : OrderEvent.values()) {
                if (status != null && status.allows(event) && !awaited.contains(event)) {
                    complaints.add(node.getId() + ": nobody waits for " + event + " of an order that is " + status);
                }
            }
        }

        private static @Nullable OrderEvent next(BoundaryEvent boundary) {
            return firstMove(boundary.getSucceedingNodes().singleResult());
        }

        private static @Nullable OrderEvent firstMove(FlowNode node) {
            return MOVES.get(node.getId());
        }
    }
}
