package dev.orderflow.process;

import dev.orderflow.order.Orders;
import dev.orderflow.security.BoundedQueries;
import java.util.ArrayList;
import java.util.List;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParseListener;
import org.camunda.bpm.engine.spring.SpringProcessEngineConfiguration;
import org.camunda.bpm.spring.boot.starter.configuration.impl.AbstractCamundaConfiguration;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.ApplicationContext;
import org.springframework.stereotype.Component;

/**
 * Replaces the engine's trusting parts by ours, and refuses to start an engine that lets everybody do everything. Comes after the
 * migrations, so that every engine finds its tables, whoever asks for it first.
 */
@Component
@DependsOnDatabaseInitialization
class EngineGuards extends AbstractCamundaConfiguration {

    /** Seconds a name is locked after wrong passwords, doubling up to this. Never for good, or anybody could lock out anybody. */
    private static final int LONGEST_LOCK = 300;

    private final ApplicationContext context;

    EngineGuards(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public void preInit(SpringProcessEngineConfiguration engine) {
        engine.setExpressionManager(new GuardedExpressions(context, engine.getBeans()));
        engine.setCorrelationHandler(new ContractMessages(context.getBeanProvider(Orders.class)));
        engine.setCustomHistoryLevels(List.of(new OrdersHistoryLevel()));
        engine.setPasswordEncryptor(new Passwords());
        engine.setLoginMaxAttempts(Integer.MAX_VALUE);
        engine.setLoginDelayMaxTime(LONGEST_LOCK);
        engine.setQueryMaxResultsLimit(BoundedQueries.MOST);
        engine.setJavaSerializationFormatEnabled(false);
        engine.setDeserializationTypeValidationEnabled(true);
        List<BpmnParseListener> listeners = new ArrayList<>();
        if (engine.getCustomPreBPMNParseListeners() != null) {
            listeners.addAll(engine.getCustomPreBPMNParseListeners());
        }
        listeners.add(new TaskNames(engine));
        listeners.add(new KnownVariables());
        engine.setCustomPreBPMNParseListeners(listeners);
    }

    @Override
    public void postInit(SpringProcessEngineConfiguration engine) {
        if (!engine.isAuthorizationEnabled()) {
            throw new IllegalStateException(
                    "camunda.bpm.authorization.enabled is false: everybody could do everything");
        }
    }
}
