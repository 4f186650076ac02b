package dev.orderflow.world;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParseListener;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cfg.TransactionState;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.camunda.bpm.engine.impl.pvm.process.TransitionImpl;
import org.camunda.bpm.engine.impl.util.xml.Element;
import org.jspecify.annotations.Nullable;

/**
 * The ids of every flow node and sequence flow that every process instance passed, in order. The application keeps no activity
 * history, and a test with more history would be a test of another application; so the steps are taken down as they happen, and
 * count once they are committed.
 */
public class Paths extends AbstractProcessEnginePlugin {

    private final Map<String, Path> byInstance = new LinkedHashMap<>();

    /** The path of the latest instance of the model with this business key. */
    public synchronized List<String> latest(String model, String businessKey) {
        List<List<String>> all = all(model, businessKey);
        if (all.isEmpty()) {
            throw new AssertionError("no " + model + " with the business key " + businessKey + " has run");
        }
        return all.get(all.size() - 1);
    }

    /** The paths of all instances of the model with this business key, in the order of their start. */
    public synchronized List<List<String>> all(String model, String businessKey) {
        return byInstance.values().stream()
                .filter(path -> path.model.equals(model) && businessKey.equals(path.businessKey))
                .map(path -> List.copyOf(path.steps))
                .toList();
    }

    /** Everything in the model that any instance passed since {@link #forget}. */
    public synchronized Set<String> passed(String model) {
        Set<String> passed = new LinkedHashSet<>();
        byInstance.values().stream()
                .filter(path -> path.model.equals(model))
                .forEach(path -> passed.addAll(path.steps));
        return passed;
    }

    synchronized void forget() {
        byInstance.clear();
    }

    @Override
    public void preInit(ProcessEngineConfigurationImpl configuration) {
        List<BpmnParseListener> listeners = new ArrayList<>();
        if (configuration.getCustomPreBPMNParseListeners() != null) {
            listeners.addAll(configuration.getCustomPreBPMNParseListeners());
        }
        listeners.add(new ListenEverywhere());
        configuration.setCustomPreBPMNParseListeners(listeners);
    }

    private synchronized void add(String instance, String model, @Nullable String businessKey, String step) {
        Path path = byInstance.computeIfAbsent(instance, i -> new Path(model));
        path.steps.add(step);
        if (businessKey != null) {
            path.businessKey = businessKey;
        }
    }

    private void takeDown(DelegateExecution execution, ScopeImpl scope, String step) {
        String instance = execution.getProcessInstanceId();
        String model = ((ProcessDefinitionEntity) scope.getProcessDefinition()).getKey();
        String businessKey = execution.getProcessBusinessKey();
        Context.getCommandContext()
                .getTransactionContext()
                .addTransactionListener(TransactionState.COMMITTED, context -> add(instance, model, businessKey, step));
    }

    private static final class Path {

        private final String model;
        private final List<String> steps = new ArrayList<>();
        private @Nullable String businessKey;

        Path(String model) {
            this.model = model;
        }
    }

    private final class ListenEverywhere extends AbstractBpmnParseListener {

        @Override
        public void parseProcess(Element element, ProcessDefinitionEntity process) {
            for (ActivityImpl activity : process.getActivities()) {
                ExecutionListener entered = execution -> takeDown(execution, process, activity.getId());
                activity.addListener(ExecutionListener.EVENTNAME_START, entered);
            }
        }

        @Override
        public void parseSequenceFlow(Element element, ScopeImpl scope, TransitionImpl flow) {
            ExecutionListener taken = execution -> takeDown(execution, scope, flow.getId());
            flow.addListener(ExecutionListener.EVENTNAME_TAKE, taken);
        }
    }
}
