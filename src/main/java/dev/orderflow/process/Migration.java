package dev.orderflow.process;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.management.ActivityStatistics;
import org.camunda.bpm.engine.migration.MigrationInstruction;
import org.camunda.bpm.engine.migration.MigrationPlan;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.stereotype.Component;

/**
 * Moves running instances to the newest version of their model, at {@code POST /actuator/migration}. Without it they finish on the
 * version they began with. Whoever stands at a wait state that the newest version has too can move; timers keep their due dates.
 * Orders go on meanwhile: every batch is a transaction of its own, and who is called again goes on where it ended.
 */
@Component
@Endpoint(id = "migration")
class Migration {

    private static final int BATCH = 100;
    private static final int USUAL_LIMIT = 10_000;
    private static final int MOST_FAILURES_TOLD = 20;

    private final RepositoryService repository;
    private final RuntimeService runtime;
    private final ManagementService management;

    Migration(RepositoryService repository, RuntimeService runtime, ManagementService management) {
        this.repository = repository;
        this.runtime = runtime;
        this.management = management;
    }

    /**
     * Says what would move, or moves it. The endpoint takes a parameter for optional only by Spring's own annotation.
     *
     * @param dryRun only looks; so unless told otherwise
     * @param limit how many instances this call moves at most, 10,000 unless told otherwise
     */
    @WriteOperation
    Report migrate(
            @org.springframework.lang.Nullable Boolean dryRun, @org.springframework.lang.Nullable Integer limit) {
        boolean look = dryRun == null || dryRun;
        int left = look ? 0 : limit == null ? USUAL_LIMIT : limit;
        List<Version> versions = new ArrayList<>();
        for (ProcessDefinition newest :
                repository.createProcessDefinitionQuery().latestVersion().list()) {
            for (ProcessDefinition older : repository
                    .createProcessDefinitionQuery()
                    .processDefinitionKey(newest.getKey())
                    .orderByProcessDefinitionVersion()
                    .asc()
                    .list()) {
                if (older.getVersion() < newest.getVersion() && hasInstances(older)) {
                    Version version = move(older, newest, left);
                    left -= version.moved;
                    versions.add(version);
                }
            }
        }
        return new Report(look, versions);
    }

    private boolean hasInstances(ProcessDefinition definition) {
        return !runtime.createProcessInstanceQuery()
                .processDefinitionId(definition.getId())
                .listPage(0, 1)
                .isEmpty();
    }

    private Version move(ProcessDefinition older, ProcessDefinition newest, int limit) {
        MigrationPlan plan = runtime.createMigrationPlan(older.getId(), newest.getId())
                .mapEqualActivities()
                .build();
        Set<String> kept = plan.getInstructions().stream()
                .map(MigrationInstruction::getSourceActivityId)
                .collect(Collectors.toSet());
        Map<String, Failure> failures = new TreeMap<>();
        int moved = limit > 0 && !kept.isEmpty() ? move(plan, kept, limit, failures) : 0;

        Map<String, Integer> canMove = new TreeMap<>();
        Map<String, Integer> cannotMove = new TreeMap<>();
        for (ActivityStatistics place :
                management.createActivityStatisticsQuery(older.getId()).list()) {
            (kept.contains(place.getId()) ? canMove : cannotMove).put(place.getId(), place.getInstances());
        }
        return new Version(
                older.getKey(),
                older.getVersion(),
                newest.getVersion(),
                moved,
                canMove,
                cannotMove,
                cannotMove.isEmpty()
                        ? null
                        : "version " + newest.getVersion() + " has no such wait state; they finish on version "
                                + older.getVersion(),
                failures.values().stream().limit(MOST_FAILURES_TOLD).toList());
    }

    private int move(MigrationPlan plan, Set<String> places, int limit, Map<String, Failure> failures) {
        int moved = 0;
        while (moved < limit) {
            List<ProcessInstance> batch = next(plan, places, Math.min(BATCH, limit - moved), failures);
            if (batch.isEmpty()) {
                break;
            }
            moved += execute(plan, batch, failures);
        }
        return moved;
    }

    private List<ProcessInstance> next(
            MigrationPlan plan, Set<String> places, int size, Map<String, Failure> failures) {
        return runtime
                .createProcessInstanceQuery()
                .processDefinitionId(plan.getSourceProcessDefinitionId())
                .activityIdIn(places.toArray(String[]::new))
                .listPage(0, size + failures.size())
                .stream()
                .filter(instance -> !failures.containsKey(instance.getId()))
                .limit(size)
                .toList();
    }

    /** All together, or one by one where one of them holds up the others: it ended in between, or is busy. */
    private int execute(MigrationPlan plan, List<ProcessInstance> batch, Map<String, Failure> failures) {
        try {
            execute(plan, batch);
            return batch.size();
        } catch (ProcessEngineException held) {
            if (batch.size() == 1) {
                ProcessInstance alone = batch.get(0);
                failures.put(alone.getId(), new Failure(alone.getBusinessKey(), String.valueOf(held.getMessage())));
                return 0;
            }
        }
        int moved = 0;
        for (ProcessInstance one : batch) {
            moved += execute(plan, List.of(one), failures);
        }
        return moved;
    }

    private void execute(MigrationPlan plan, List<ProcessInstance> batch) {
        runtime.newMigration(plan)
                .processInstanceIds(batch.stream().map(ProcessInstance::getId).toList())
                .execute();
    }

    /** What {@link #migrate} found or did. */
    record Report(boolean dryRun, List<Version> versions) {

        /** How many instances still stand where the newest version could take them. */
        @JsonProperty
        int left() {
            return versions.stream()
                    .flatMap(version -> version.canMove.values().stream())
                    .mapToInt(Integer::intValue)
                    .sum();
        }
    }

    /**
     * One older version that still has instances.
     *
     * @param canMove how many instances wait where, and can move
     * @param cannotMove how many wait where the newest version has no such place
     * @param failures those that could not be moved though they should: the business key and what the engine says
     */
    record Version(
            String model,
            int from,
            int to,
            int moved,
            Map<String, Integer> canMove,
            Map<String, Integer> cannotMove,
            @Nullable String why,
            List<Failure> failures) {}

    /** An instance that could not be moved. */
    record Failure(String businessKey, String reason) {}
}
