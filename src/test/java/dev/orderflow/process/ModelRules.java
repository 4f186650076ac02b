package dev.orderflow.process;

import dev.orderflow.messaging.CommandType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.CatchEvent;
import org.camunda.bpm.model.bpmn.instance.EndEvent;
import org.camunda.bpm.model.bpmn.instance.Error;
import org.camunda.bpm.model.bpmn.instance.ExclusiveGateway;
import org.camunda.bpm.model.bpmn.instance.FlowElement;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.Gateway;
import org.camunda.bpm.model.bpmn.instance.Message;
import org.camunda.bpm.model.bpmn.instance.MessageEventDefinition;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.ReceiveTask;
import org.camunda.bpm.model.bpmn.instance.SendTask;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.StartEvent;
import org.camunda.bpm.model.bpmn.instance.Task;
import org.camunda.bpm.model.bpmn.instance.TimerEventDefinition;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaTaskListener;
import org.camunda.bpm.model.xml.instance.DomElement;
import org.springframework.stereotype.Component;

/** What every model keeps to. A rule answers with what breaks it, each line beginning with the id at fault. */
final class ModelRules {

    private static final Path FORMS = Path.of("src/main/resources/forms");
    private static final Set<String> GROUPS = Set.of("warehouse", "service", "finance");

    /** Messages that one process sends to another; all others come from outside. */
    private static final Set<String> INTERNAL_MESSAGES = Set.of("OrderCovered", "OrderRegistered");

    private static final Map<Class<? extends FlowElement>, String> KINDS = Map.of(
            StartEvent.class, "StartEvent",
            EndEvent.class, "EndEvent",
            BoundaryEvent.class, "BoundaryEvent",
            ServiceTask.class, "Task",
            SendTask.class, "Task",
            ReceiveTask.class, "ReceiveTask",
            UserTask.class, "UserTask",
            ExclusiveGateway.class, "Gateway",
            SequenceFlow.class, "Flow");

    private static final Map<String, String> STOCK_STEPS =
            Map.of("PlaceOrder", "${reserveStock}", "ShipOrder", "${deductStock}");

    private static final String CAMUNDA = "http://camunda.org/schema/1.0/bpmn";
    private static final Set<String> CODE = Set.of("scriptTask", "script", "connector");
    private static final Set<String> CODE_OR_SAVE_POINT =
            Set.of("class", "expression", "asyncBefore", "asyncAfter", "async", "type", "topic");

    private static final Pattern TIMER = Pattern.compile("\\$\\{timers\\.(?<name>\\w+)\\((?<argument>\\w*)\\)}");
    private static final Pattern NOT_A_COMMAND = Pattern.compile("(?i).*(ing|ed|tion|ment)");
    private static final Pattern TECHNICAL =
            Pattern.compile("(?i).*\\b(delegate|bean|class|queue|broker|engine|database|camunda|rabbit\\w*|api)\\b.*");

    private ModelRules() {}

    static List<String> isDeployable(Model model) {
        var broken = new ArrayList<String>();
        Collection<Process> processes = model.all(Process.class);
        if (processes.size() != 1) {
            broken.add(model.name() + " holds " + processes.size() + " processes");
        }
        for (Process process : processes) {
            if (!process.getId().equals(model.name())) {
                broken.add(process.getId() + " lies in the file " + model.name());
            }
            if (!process.isExecutable()) {
                broken.add(process.getId() + " is not executable");
            }
            if (!"P180D".equals(process.getCamundaHistoryTimeToLiveString())) {
                broken.add(process.getId() + " keeps history for " + process.getCamundaHistoryTimeToLiveString());
            }
        }
        return broken;
    }

    static List<String> idsSayTheirKind(Model model) {
        var broken = new ArrayList<String>();
        for (FlowElement element : model.all(FlowElement.class)) {
            String kind = KINDS.entrySet().stream()
                    .filter(entry -> entry.getKey().isInstance(element))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
            if (kind == null) {
                broken.add(element.getId() + " is of a kind that no rule knows: "
                        + element.getElementType().getTypeName());
            } else if (!element.getId().matches(kind + "(_[A-Z][A-Za-z0-9]*)+")) {
                broken.add(element.getId() + " is not " + kind + "_PascalCase");
            }
        }
        for (Message message : model.all(Message.class)) {
            if (!message.getId().equals("Message_" + message.getName())) {
                broken.add(message.getId() + " is the message " + message.getName());
            }
        }
        for (Error error : model.all(Error.class)) {
            if (!error.getErrorCode().matches("[A-Z]+(_[A-Z]+)*")
                    || !error.getErrorCode().equals(error.getName())) {
                broken.add(error.getId() + " is not named for an UPPER_SNAKE reason: " + error.getErrorCode());
            }
        }
        return broken;
    }

    /** One phrase, four places: label, id, binding, class. */
    static List<String> labelIdBindingAndClassAgree(Model model) {
        var broken = new ArrayList<String>();
        for (UserTask task : model.all(UserTask.class)) {
            if (!task.getId().equals("UserTask_" + Model.pascal(task.getName()))) {
                broken.add(task.getId() + " is labelled " + task.getName());
            }
        }
        Stream<Task> automatic =
                Stream.concat(model.all(ServiceTask.class).stream(), model.all(SendTask.class).stream());
        automatic.forEach(task -> {
            String phrase = Model.pascal(task.getName());
            String bean = Model.camel(task.getName());
            String binding = task instanceof ServiceTask service
                    ? service.getCamundaDelegateExpression()
                    : ((SendTask) task).getCamundaDelegateExpression();
            if (!task.getId().equals("Task_" + phrase)) {
                broken.add(task.getId() + " is labelled " + task.getName());
            }
            if (!("${" + bean + "}").equals(binding)) {
                broken.add(task.getId() + " is bound to " + binding);
            }
            if (!isBean(bean, phrase + "Delegate", JavaDelegate.class)) {
                broken.add(task.getId() + " finds no " + phrase + "Delegate as the bean " + bean);
            }
        });
        for (CamundaTaskListener listener : model.all(CamundaTaskListener.class)) {
            String id = ((UserTask) listener.getParentElement().getParentElement()).getId();
            String binding = Objects.requireNonNullElse(listener.getCamundaDelegateExpression(), "${nothing}");
            String bean = binding.substring(2, binding.length() - 1);
            if (!isBean(bean, Model.pascal(bean), TaskListener.class)) {
                broken.add(id + " finds no " + Model.pascal(bean) + " as the bean " + bean);
            }
        }
        return broken;
    }

    private static boolean isBean(String bean, String className, Class<?> type) {
        try {
            Class<?> found = Class.forName(
                    ModelRules.class.getPackageName() + "." + className, false, ModelRules.class.getClassLoader());
            Component component = found.getAnnotation(Component.class);
            return type.isAssignableFrom(found)
                    && component != null
                    && component.value().equals(bean);
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    static List<String> gatewaysAskAndTheSafeAnswerIsTheDefault(Model model) {
        var broken = new ArrayList<String>();
        for (Gateway other : model.all(Gateway.class)) {
            if (!(other instanceof ExclusiveGateway)) {
                broken.add(other.getId() + " is not an exclusive gateway");
            }
        }
        for (ExclusiveGateway gateway : model.all(ExclusiveGateway.class)) {
            if (isBlank(gateway.getName()) || !gateway.getName().endsWith("?")) {
                broken.add(gateway.getId() + " asks no question: " + gateway.getName());
            }
            if (gateway.getOutgoing().size() < 2) {
                broken.add(gateway.getId() + " decides nothing");
            }
            if (gateway.getDefault() == null) {
                broken.add(gateway.getId() + " has no default");
            }
            for (SequenceFlow answer : gateway.getOutgoing()) {
                boolean isDefault = answer.equals(gateway.getDefault());
                if (isBlank(answer.getName())) {
                    broken.add(answer.getId() + " carries no answer");
                }
                if (isDefault && answer.getConditionExpression() != null) {
                    broken.add(answer.getId() + " is the default and has a condition");
                }
                if (!isDefault && answer.getConditionExpression() == null) {
                    broken.add(answer.getId() + " has no condition");
                }
            }
        }
        return broken;
    }

    static List<String> everyPathRunsFromAStartToANamedEnd(Model model) {
        var broken = new ArrayList<String>();
        for (FlowNode node : model.all(FlowNode.class)) {
            boolean begins = node instanceof StartEvent || node instanceof BoundaryEvent;
            if (begins != node.getIncoming().isEmpty()) {
                broken.add(node.getId() + " has " + node.getIncoming().size() + " ways in");
            }
            int waysOut = node.getOutgoing().size();
            boolean right = node instanceof EndEvent ? waysOut == 0 : node instanceof Gateway || waysOut == 1;
            if (!right) {
                broken.add(node.getId() + " has " + waysOut + " ways out");
            }
        }
        return broken;
    }

    static List<String> messagesAreOfTheContract(Model model) {
        var broken = new ArrayList<String>();
        for (Message message : model.all(Message.class)) {
            boolean known = INTERNAL_MESSAGES.contains(message.getName())
                    || CommandType.named(message.getName()).isPresent();
            if (!known) {
                broken.add(message.getId() + " is no type of the contract: " + message.getName());
            }
        }
        model.all(ReceiveTask.class).stream()
                .filter(task -> task.getMessage() == null)
                .forEach(task -> broken.add(task.getId() + " waits for no message"));
        model.all(MessageEventDefinition.class).stream()
                .filter(event -> event.getMessage() == null)
                .forEach(event -> broken.add(event.getId() + " waits for no message"));
        return broken;
    }

    static List<String> timersAreConfiguration(Model model) {
        var broken = new ArrayList<String>();
        for (TimerEventDefinition timer : model.all(TimerEventDefinition.class)) {
            String duration = timer.getTimeDuration() == null
                    ? null
                    : timer.getTimeDuration().getTextContent().trim();
            if (!isTimer(duration, String.class)) {
                broken.add(timer.getId() + " is not set by a timer of the configuration: " + duration);
            }
        }
        for (UserTask task : model.all(UserTask.class)) {
            String due = task.getCamundaDueDate();
            if (due != null && !isTimer(due, Date.class)) {
                broken.add(task.getId() + " is not due by a timer of the configuration: " + due);
            }
        }
        return broken;
    }

    private static boolean isTimer(String expression, Class<?> type) {
        Matcher timer = TIMER.matcher(Objects.requireNonNullElse(expression, ""));
        if (!timer.matches()) {
            return false;
        }
        int arguments = timer.group("argument").isEmpty() ? 0 : 1;
        return Arrays.stream(OrderTimers.class.getMethods())
                .anyMatch(method -> method.getName().equals(timer.group("name"))
                        && method.getParameterCount() == arguments
                        && method.getReturnType() == type);
    }

    static List<String> peopleHaveAGroupAndAForm(Model model) {
        var broken = new ArrayList<String>();
        for (UserTask task : model.all(UserTask.class)) {
            List<String> groups = task.getCamundaCandidateGroupsList();
            if (groups.isEmpty() || !GROUPS.containsAll(groups)) {
                broken.add(task.getId() + " is for nobody we know: " + groups);
            }
            String form = Model.kebab(task.getName()) + ".html";
            if (!("embedded:deployment:" + form).equals(task.getCamundaFormKey())) {
                broken.add(task.getId() + " is filled in on " + task.getCamundaFormKey());
            }
            if (!Files.exists(FORMS.resolve(form))) {
                broken.add(task.getId() + " has no form " + form);
            }
        }
        return broken;
    }

    /** Each message is one transaction and all code is in beans: no save points, no scripts, no classes by name. */
    static List<String> oneTransactionAndNoCode(Model model) {
        var broken = new ArrayList<String>();
        for (Process process : model.all(Process.class)) {
            collectCode(process.getDomElement(), process.getId(), broken);
        }
        return broken;
    }

    private static void collectCode(DomElement element, String owner, List<String> broken) {
        String id = element.hasAttribute("id") ? element.getAttribute("id") : owner;
        if (CODE.contains(element.getLocalName())) {
            broken.add(id + " holds a " + element.getLocalName());
        }
        boolean ofTheEngine = CAMUNDA.equals(element.getNamespaceURI());
        for (String setting : CODE_OR_SAVE_POINT) {
            if (element.hasAttribute(CAMUNDA, setting) || ofTheEngine && element.hasAttribute(setting)) {
                broken.add(id + " uses camunda:" + setting);
            }
        }
        if (element.hasAttribute("language")) {
            broken.add(id + " is written in " + element.getAttribute("language"));
        }
        element.getChildElements().forEach(child -> collectCode(child, id, broken));
    }

    /**
     * What is done to stock for a message is done when the message has found its order ({@code Inventory.reserving}, {@code deducting}),
     * so that the process must come to the step about it before it waits.
     */
    static List<String> stockMovesInTheStepOfItsMessage(Model model) {
        var broken = new ArrayList<String>();
        for (CatchEvent event : model.all(CatchEvent.class)) {
            event.getEventDefinitions().stream()
                    .filter(MessageEventDefinition.class::isInstance)
                    .map(definition -> STOCK_STEPS.get(
                            ((MessageEventDefinition) definition).getMessage().getName()))
                    .filter(step -> step != null && !alwaysComesTo(step, event, new HashSet<>()))
                    .forEach(step -> broken.add(event.getId() + " does not always come to " + step + " before a wait"));
        }
        return broken;
    }

    private static boolean alwaysComesTo(String step, FlowNode from, Set<String> seen) {
        List<FlowNode> next = from.getSucceedingNodes().list();
        return !next.isEmpty()
                && next.stream()
                        .allMatch(node ->
                                node instanceof ServiceTask task && step.equals(task.getCamundaDelegateExpression())
                                        || !(node instanceof UserTask)
                                                && !(node instanceof ReceiveTask)
                                                && seen.add(node.getId())
                                                && alwaysComesTo(step, node, seen));
    }

    static List<String> labelsReadAsSentences(Model model) {
        var broken = new ArrayList<String>();
        for (FlowNode node : model.all(FlowNode.class)) {
            String label = node.getName();
            if (isBlank(label)) {
                broken.add(node.getId() + " has no label");
                continue;
            }
            String[] words = label.split(" ");
            boolean sentence = label.matches("[A-Z].*")
                    && Arrays.stream(words).skip(1).allMatch(word -> word.matches("[a-z]+\\??"));
            if (!sentence) {
                broken.add(node.getId() + " is not in sentence case: " + label);
            }
            if (node instanceof Task
                    && (words.length < 2 || NOT_A_COMMAND.matcher(words[0]).matches())) {
                broken.add(node.getId() + " is not verb and object: " + label);
            }
            if (TECHNICAL.matcher(label).matches()) {
                broken.add(node.getId() + " names the machinery: " + label);
            }
        }
        return broken;
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }
}
