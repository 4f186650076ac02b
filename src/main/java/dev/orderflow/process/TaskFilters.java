package dev.orderflow.process;

import static dev.orderflow.security.Groups.FINANCE;
import static dev.orderflow.security.Groups.SERVICE;
import static dev.orderflow.security.Groups.WAREHOUSE;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.task.TaskQuery;
import org.springframework.stereotype.Component;

/** The lists people find in Tasklist on their first day. A filter that exists is left as it is. */
@Component
class TaskFilters {

    private static final List<String> EVERYBODY = List.of(WAREHOUSE, SERVICE, FINANCE);

    private final FilterService filters;
    private final TaskService tasks;
    private final GroupRights rights;

    TaskFilters(FilterService filters, TaskService tasks, GroupRights rights) {
        this.filters = filters;
        this.tasks = tasks;
        this.rights = rights;
    }

    void create() {
        work("To ship", "Orders the warehouse has to pack and hand over", 10, WAREHOUSE, "UserTask_ShipOrder");
        work("To review", "Orders held until somebody has looked at them", 10, SERVICE, "UserTask_ReviewOrder");
        work("Confirm receipt", "Parcels the buyer has not confirmed", 20, SERVICE, "UserTask_ConfirmReceipt");
        work("Refund by hand", "Refunds the payment provider could not make", 10, FINANCE, "UserTask_RefundByHand");
        work("Unassigned payments", "Money that belongs to no order yet", 20, FINANCE, "UserTask_AssignOrRefund");
        list(
                "My tasks",
                "Tasks I have claimed",
                40,
                "#3a7bbf",
                EVERYBODY,
                all -> all.taskAssigneeExpression("${currentUser()}"));
        list(
                "Overdue",
                "Tasks of my groups that are late",
                50,
                "#b5152b",
                EVERYBODY,
                all -> all.dueBeforeExpression("${now()}"));
        list(
                "Unassigned",
                "Tasks of my groups that nobody has claimed",
                60,
                "#555555",
                EVERYBODY,
                TaskQuery::taskUnassigned);
    }

    private void work(String name, String description, int place, String group, String task) {
        list(
                name,
                description,
                place,
                "#2f7d4f",
                List.of(group),
                all -> all.taskDefinitionKey(task).taskCandidateGroup(group).includeAssignedTasks());
    }

    /** The engine shows of these tasks only those the person may see. */
    private void list(
            String name,
            String description,
            int place,
            String color,
            List<String> groups,
            UnaryOperator<TaskQuery> which) {
        if (filters.createTaskFilterQuery().filterName(name).count() > 0) {
            return;
        }
        TaskQuery query = which.apply(tasks.createTaskQuery())
                .orderByDueDate()
                .asc()
                .orderByTaskCreateTime()
                .asc();
        Filter filter = filters.newTaskFilter(name)
                .setQuery(query)
                .setProperties(Map.of(
                        "description", description,
                        "priority", place,
                        "color", color,
                        "refresh", true,
                        "showUndefinedVariable", false));
        filters.saveFilter(filter);
        for (String group : groups) {
            rights.grant(group, Resources.FILTER, filter.getId(), Permissions.READ);
        }
    }
}
