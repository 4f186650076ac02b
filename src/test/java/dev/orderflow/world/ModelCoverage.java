package dev.orderflow.world;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.FlowElement;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** Fails a test class marked {@link CoversModel} that leaves out a part of its model. */
class ModelCoverage implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    private final Set<String> ran = new HashSet<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        paths(context).forget();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        ran.add(context.getRequiredTestMethod().getName());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Class<?> tests = context.getRequiredTestClass();
        Set<String> declared = Arrays.stream(tests.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(method -> method.getName())
                .collect(Collectors.toSet());
        if (ran.containsAll(declared)) {
            String model = tests.getAnnotation(CoversModel.class).value();
            Set<String> missing = missing(model, paths(context).passed(model));
            if (!missing.isEmpty()) {
                throw new AssertionError("No test of " + tests.getSimpleName() + " passes these parts of " + model
                        + ".bpmn: " + missing);
            }
        }
    }

    /** The flow nodes and sequence flows of the model that are not among those passed. */
    static Set<String> missing(String model, Set<String> passed) {
        BpmnModelInstance bpmn =
                Bpmn.readModelFromStream(ModelCoverage.class.getResourceAsStream("/bpmn/" + model + ".bpmn"));
        return bpmn.getModelElementsByType(FlowElement.class).stream()
                .filter(element -> element instanceof FlowNode || element instanceof SequenceFlow)
                .map(FlowElement::getId)
                .filter(id -> !passed.contains(id))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Paths paths(ExtensionContext context) {
        return SpringExtension.getApplicationContext(context).getBean(Paths.class);
    }
}
