package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.web.Invariants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.instance.Activity;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.FlowElement;
import org.camunda.bpm.model.bpmn.instance.ReceiveTask;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.junit.jupiter.api.Test;

/** What running orders stand on keeps its id for ever: an order that waits for an id no model has any more cannot be moved. */
class ReleasedIdsTests {

    private static final Path RELEASED = Path.of("src", "test", "resources", "released-ids.txt");

    @Test
    void no_id_that_orders_may_stand_on_is_taken_away() throws IOException {
        assertThat(complaints(Model.all(), released())).isEmpty();
    }

    @Test
    void a_renamed_wait_state_is_caught() throws IOException {
        List<Model> edited = new ArrayList<>(Model.all());
        edited.removeIf(model -> model.name().equals("order"));
        edited.add(Model.named("order").with("UserTask_ShipOrder", "UserTask_SendOrder"));

        assertThat(complaints(edited, released()))
                .containsExactly(
                        "order.bpmn has no UserTask_ShipOrder any more, on which running orders may stand: keep the id, only labels may change",
                        "order.bpmn has UserTask_SendOrder, which released-ids.txt does not know: add it, it is for ever");
    }

    @Test
    void the_invariants_know_every_place_where_an_order_may_wait() throws IOException {
        Set<String> places = released().stream()
                .filter(id -> id.matches("order (UserTask|ReceiveTask)_.*"))
                .map(id -> id.substring("order ".length()))
                .collect(Collectors.toSet());

        assertThat(Invariants.placesOfOrders()).isEqualTo(places);
    }

    private static List<String> complaints(List<Model> models, Set<String> released) {
        Set<String> now = models.stream().flatMap(ReleasedIdsTests::ids).collect(Collectors.toCollection(TreeSet::new));
        List<String> complaints = new ArrayList<>();
        released.stream()
                .filter(id -> !now.contains(id))
                .map(id -> id.split(" "))
                .forEach(id -> complaints.add(id[0]
                        + ".bpmn has no " + id[1]
                        + " any more, on which running orders may stand: keep the id, only labels may change"));
        now.stream()
                .filter(id -> !released.contains(id))
                .map(id -> id.split(" "))
                .forEach(id -> complaints.add(id[0] + ".bpmn has " + id[1]
                        + ", which released-ids.txt does not know: add it, it is for ever"));
        return complaints;
    }

    private static Stream<String> ids(Model model) {
        Stream<BoundaryEvent> boundaries =
                model.all(BoundaryEvent.class).stream().filter(boundary -> waits(boundary.getAttachedTo()));
        return Stream.of(model.all(UserTask.class), model.all(ReceiveTask.class), boundaries.toList())
                .flatMap(Collection::stream)
                .map(FlowElement.class::cast)
                .map(element -> model.name() + " " + element.getId());
    }

    private static boolean waits(Activity activity) {
        return activity instanceof UserTask || activity instanceof ReceiveTask;
    }

    private static Set<String> released() throws IOException {
        return Files.readAllLines(RELEASED).stream()
                .filter(line -> !line.startsWith("#"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
