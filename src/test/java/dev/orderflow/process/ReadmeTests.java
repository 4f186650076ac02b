package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.messaging.CommandType;
import dev.orderflow.order.OrderEvent;
import dev.orderflow.order.OrderStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.SendTask;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.Task;
import org.junit.jupiter.api.Test;

/** What the README says of models, classes, messages and states is so. */
class ReadmeTests {

    private static final Path README = Path.of("README.md");
    private static final Pattern STEP =
            Pattern.compile("\\| ([^|`]+) \\| `(Task_\\w+)` \\| `(\\w+Delegate)` \\| (?:`(\\w+)\\.(\\w+)` )?\\|");
    private static final List<String> FEATURES = List.of("order", "inventory", "payment", "shipping", "review");

    private final String readme = read();

    @Test
    void every_step_of_the_models_stands_in_a_table_under_its_label() {
        Map<String, String> told = new TreeMap<>();
        steps().forEach(step -> told.put(step.group(2), step.group(1)));
        Map<String, String> drawn = new TreeMap<>();
        Model.all().stream()
                .flatMap(model ->
                        Stream.<Task>concat(model.all(ServiceTask.class).stream(), model.all(SendTask.class).stream()))
                .forEach(task -> drawn.put(task.getId(), task.getName()));
        assertThat(told).isEqualTo(drawn);
    }

    @Test
    void every_class_and_method_of_the_tables_is_there() throws ClassNotFoundException {
        for (Matcher step : steps()) {
            assertThat(step.group(3)).isEqualTo(step.group(2).substring("Task_".length()) + "Delegate");
            assertThat(Class.forName("dev.orderflow.process." + step.group(3))).isNotNull();
            if (step.group(4) != null) {
                assertThat(feature(step.group(4)).getMethods())
                        .as(step.group(4))
                        .extracting(Method::getName)
                        .contains(step.group(5));
            }
        }
    }

    @Test
    void every_task_of_people_is_named() {
        assertThat(Model.all().stream()
                        .flatMap(model -> model.all(FlowNode.class).stream())
                        .map(FlowNode::getId)
                        .filter(id -> id.startsWith("UserTask_")))
                .allSatisfy(id -> assertThat(readme).contains("`" + id + "`"));
    }

    @Test
    void every_command_of_the_contract_stands_in_its_table() {
        assertThat(firstCells("## Messages in", "Type"))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(CommandType.values())
                        .map(CommandType::wireName)
                        .toList());
    }

    @Test
    void the_table_of_states_is_the_transition_function() {
        for (OrderStatus status : OrderStatus.values()) {
            var events = new TreeSet<String>();
            for (OrderEvent event : OrderEvent.values()) {
                if (status.allows(event)) {
                    events.add(event.type());
                }
            }
            Matcher row = Pattern.compile("\\| `" + status + "` \\| (\\S+) \\| ?(.*?) ?\\|")
                    .matcher(readme);
            assertThat(row.find()).as("a row for %s", status).isTrue();
            assertThat(row.group(1)).isEqualTo(status.chinese());
            var told = new TreeSet<>(Pattern.compile("\\w+")
                    .matcher(row.group(2))
                    .results()
                    .map(result -> result.group())
                    .toList());
            assertThat(told).as("what %s is left by", status).isEqualTo(events);
        }
    }

    @Test
    void every_picture_and_every_package_is_there() {
        Pattern.compile("!\\[[^]]+]\\(([^)]+)\\)")
                .matcher(readme)
                .results()
                .forEach(picture -> assertThat(Path.of(picture.group(1))).exists());
        for (String name : firstCells("## Packages", "`dev.orderflow.`")) {
            assertThat(Path.of("src/main/java/dev/orderflow", name)).isDirectory();
        }
    }

    private List<Matcher> steps() {
        List<Matcher> steps =
                readme.lines().map(STEP::matcher).filter(Matcher::matches).toList();
        assertThat(steps).as("rows of the tables of steps").hasSizeGreaterThan(15);
        return steps;
    }

    /** The code words of the first column of the first table below a heading. */
    private List<String> firstCells(String heading, String firstColumn) {
        String section = readme.substring(readme.indexOf(heading));
        String table = section.substring(section.indexOf("| " + firstColumn));
        return table.substring(0, table.indexOf("\n\n"))
                .lines()
                .skip(2)
                .map(line -> line.substring(line.indexOf('`') + 1, line.indexOf('`', line.indexOf('`') + 1)))
                .toList();
    }

    private static Class<?> feature(String name) throws ClassNotFoundException {
        for (String feature : FEATURES) {
            try {
                return Class.forName("dev.orderflow." + feature + "." + name);
            } catch (ClassNotFoundException e) {
                // in another one
            }
        }
        throw new ClassNotFoundException(name);
    }

    private static String read() {
        try {
            return Files.readString(README);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
