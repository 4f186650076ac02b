package dev.orderflow.process;

import java.util.Map;
import java.util.Set;
import org.camunda.bpm.engine.delegate.BaseDelegateExecution;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.impl.el.Expression;
import org.camunda.bpm.engine.impl.el.JuelExpression;
import org.camunda.bpm.engine.spring.SpringExpressionManager;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/**
 * Evaluates the models' expressions, and of those that come with a query only the three a filter needs. The engine checks a
 * query's own expressions but not those of the queries inside it, and an expression can run any program (CVE-2026-109432).
 */
final class GuardedExpressions extends SpringExpressionManager {

    private static final Set<String> HARMLESS = Set.of("${currentUser()}", "${currentUserGroups()}", "${now()}");

    GuardedExpressions(ApplicationContext context, @Nullable Map<Object, Object> beans) {
        super(context, beans);
    }

    @Override
    public Expression createExpression(String text) {
        return new JuelExpression(createValueExpression(text), this, text) {
            @Override
            public Object getValue(@Nullable VariableScope scope, @Nullable BaseDelegateExecution execution) {
                // A model's expression always has the execution it stands in; only a query's has nothing around it.
                if (scope == null && !isLiteralText() && !HARMLESS.contains(text.replaceAll("\\s", ""))) {
                    throw new ForbiddenExpression();
                }
                return super.getValue(scope, execution);
            }
        };
    }

    /** Not one of the engine's exceptions: those are wrapped on their way out and arrive as a defect of ours. */
    static final class ForbiddenExpression extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ForbiddenExpression() {
            super("A query may hold no expressions other than " + HARMLESS);
        }
    }
}
