package dev.orderflow.process;

import org.camunda.bpm.engine.delegate.Expression;
import org.camunda.bpm.engine.impl.bpmn.behavior.UserTaskActivityBehavior;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.el.ExpressionManager;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.camunda.bpm.engine.impl.task.TaskDefinition;
import org.camunda.bpm.engine.impl.util.xml.Element;

/**
 * Puts the order's number behind every task's name, since a card in Tasklist shows its name and not its business key: "Ship order
 * A-2026-000123". The name is made with the task, so it costs no statement.
 */
final class TaskNames extends AbstractBpmnParseListener {

    private final ProcessEngineConfigurationImpl engine;

    TaskNames(ProcessEngineConfigurationImpl engine) {
        this.engine = engine;
    }

    @Override
    public void parseUserTask(Element element, ScopeImpl scope, ActivityImpl activity) {
        TaskDefinition task = ((UserTaskActivityBehavior) activity.getActivityBehavior()).getTaskDefinition();
        Expression name = task.getNameExpression();
        if (name != null) {
            ExpressionManager expressions = engine.getExpressionManager();
            task.setNameExpression(
                    expressions.createExpression(name.getExpressionText() + " ${execution.processBusinessKey}"));
        }
    }
}
