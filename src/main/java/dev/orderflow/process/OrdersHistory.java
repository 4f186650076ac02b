package dev.orderflow.process;

import java.time.Duration;
import java.util.Date;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.history.event.HistoricTaskInstanceEventEntity;
import org.camunda.bpm.engine.impl.history.event.HistoryEvent;
import org.camunda.bpm.engine.impl.history.event.HistoryEventTypes;
import org.camunda.bpm.engine.impl.history.handler.DbHistoryEventHandler;
import org.camunda.bpm.engine.impl.history.producer.CacheAwareHistoryEventProducer;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.jspecify.annotations.Nullable;

/**
 * Writes the engine's history without reading it first: a task knows when it began, and what belongs to an instance is kept as long as
 * an instance that began now would be.
 */
final class OrdersHistory extends CacheAwareHistoryEventProducer {

    @Override
    protected void initTaskInstanceEvent(
            HistoricTaskInstanceEventEntity event,
            TaskEntity task,
            org.camunda.bpm.engine.impl.history.event.HistoryEventType type) {
        super.initTaskInstanceEvent(event, task, type);
        event.setStartTime(task.getCreateTime());
    }

    @Override
    protected void provideRemovalTime(HistoryEvent event) {
        String definitionId = event.getProcessDefinitionId();
        Integer days = definitionId == null
                ? null
                : getProcessDefinitionEntity(definitionId).getHistoryTimeToLive();
        if (days == null) {
            super.provideRemovalTime(event);
        } else {
            event.setRemovalTime(daysFromNow(days));
        }
    }

    /** As it is kept; the engine's own reads its row in each command. */
    @Override
    protected @Nullable ProcessDefinitionEntity getProcessDefinitionEntity(String definitionId) {
        CommandContext command = Context.getCommandContext();
        ProcessDefinitionEntity kept = command == null
                ? null
                : command.getProcessDefinitionManager().getCachedResourceDefinitionEntity(definitionId);
        return kept == null ? super.getProcessDefinitionEntity(definitionId) : kept;
    }

    private static Date daysFromNow(int days) {
        return Date.from(ClockUtil.getCurrentTime().toInstant().plus(Duration.ofDays(days)));
    }

    /** Takes a task's beginning as the event has it, and keeps nothing of an instance that never waited. */
    static final class Writer extends DbHistoryEventHandler {

        @Override
        protected void insertOrUpdate(HistoryEvent event) {
            if (endsAtOnce(event)) {
                getDbEntityManager().delete(event);
                return;
            }
            boolean complete = event instanceof HistoricTaskInstanceEventEntity task && task.getStartTime() != null;
            if (complete && !isInitialEvent(event)) {
                if (getDbEntityManager().getCachedEntity(event.getClass(), event.getId()) == null) {
                    getDbEntityManager().merge(event);
                }
            } else {
                super.insertOrUpdate(event);
            }
        }

        /** Such as the usual payment: what it did stands in the order's timeline. */
        private boolean endsAtOnce(HistoryEvent event) {
            return event.isEventOfType(HistoryEventTypes.PROCESS_INSTANCE_END)
                    && ((WholeInstances) getDbEntityManager()).isNew(event.getClass(), event.getId());
        }
    }
}
