package dev.orderflow.process;

import dev.orderflow.order.BrokenRule;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.impl.bpmn.behavior.UserTaskActivityBehavior;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.camunda.bpm.engine.impl.util.xml.Element;
import org.camunda.bpm.engine.variable.value.TypedValue;

/**
 * Lets nothing into the models but what they know. Whoever may send a message or complete a task may send variables along, of any
 * name: without this, one could stand in for what a delegate or a gateway decides by, or the engine would keep what is nobody's
 * business. What is not known leaves no row, and what is ours alone is refused.
 */
final class KnownVariables extends AbstractBpmnParseListener {

    /** What the models decide by: sent from outside, it is an attempt, and said so. */
    private static final Set<String> OURS = Stream.of(
                    OrderVariables.PAID_EARLY,
                    OrderVariables.COVERED,
                    OrderVariables.PAYMENT_METHOD,
                    OrderVariables.HELD,
                    OrderVariables.EFFECT,
                    OrderVariables.EXCESS,
                    OrderVariables.REFUND_REASON,
                    OrderVariables.ORDER_BEING_PLACED,
                    OrderVariables.PAYMENT)
            .map(OrderVariables.Variable::name)
            .collect(Collectors.toUnmodifiableSet());

    /** With a message that starts a process comes its data. */
    private static final Set<String> OF_A_START = Set.of(Incoming.MESSAGE);

    /** With a task comes what its form asks for, or the data of the message that does the same. */
    private static final Set<String> OF_A_TASK = Set.of(
            Incoming.MESSAGE,
            OrderVariables.PAYMENT.name(),
            OrderVariables.DECISION.name(),
            OrderVariables.ASSIGN_TO.name(),
            OrderVariables.PROVIDER_REFERENCE.name(),
            OrderVariables.NOTE.name(),
            "carrier",
            "trackingNumber",
            "shippedAt",
            "shipFrom");

    /** A payment remembers which it is while it waits; nothing else outlives a step. */
    private static final Set<String> OF_A_WAITING_PAYMENT = Set.of(OrderVariables.PAYMENT.name());

    @Override
    public void parseStartEvent(Element element, ScopeImpl scope, ActivityImpl activity) {
        arrives(activity, execution -> keep(execution, OF_A_START));
    }

    @Override
    public void parseUserTask(Element element, ScopeImpl scope, ActivityImpl activity) {
        waits(activity);
        ((UserTaskActivityBehavior) activity.getActivityBehavior())
                .getTaskDefinition()
                .addBuiltInTaskListener(TaskListener.EVENTNAME_COMPLETE, task -> keep(task, OF_A_TASK));
    }

    @Override
    public void parseReceiveTask(Element element, ScopeImpl scope, ActivityImpl activity) {
        waits(activity);
    }

    /** A side branch may end while the rest goes on; whoever started an instance may read from it what it decided. */
    @Override
    public void parseEndEvent(Element element, ScopeImpl scope, ActivityImpl activity) {
        Set<String> kept = kept(activity);
        arrives(
                activity,
                execution -> keepOnly(execution, name -> kept.contains(name) || isTransient(execution, name)));
    }

    /**
     * What is transient leaves no row anyway. But where one is still there when the engine writes down that it waits, the engine looks
     * for stored ones when it goes on.
     */
    private static void waits(ActivityImpl activity) {
        Set<String> kept = kept(activity);
        arrives(
                activity,
                execution -> keepOnly(execution, name -> kept.contains(name) && !isTransient(execution, name)));
    }

    private static void arrives(ActivityImpl activity, ExecutionListener listener) {
        activity.addBuiltInListener(ExecutionListener.EVENTNAME_START, listener);
    }

    private static Set<String> kept(ActivityImpl activity) {
        return ((ProcessDefinitionEntity) activity.getProcessDefinition())
                        .getKey()
                        .equals("payment")
                ? OF_A_WAITING_PAYMENT
                : Set.of();
    }

    private static void keep(VariableScope scope, Set<String> known) {
        List<String> strangers = scope.getVariableNames().stream()
                .filter(name -> !known.contains(name))
                .toList();
        strangers.stream().filter(OURS::contains).findFirst().ifPresent(name -> {
            throw new BrokenRule(name, "may not be sent: it is decided here");
        });
        scope.removeVariables(strangers);
    }

    private static void keepOnly(VariableScope scope, Predicate<String> known) {
        List<String> strangers =
                scope.getVariableNames().stream().filter(known.negate()).toList();
        if (!strangers.isEmpty()) {
            scope.removeVariables(strangers);
        }
    }

    private static boolean isTransient(VariableScope scope, String name) {
        TypedValue value = scope.getVariableTyped(name, false);
        return value.isTransient();
    }
}
