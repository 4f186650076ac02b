package dev.orderflow.process;

import static dev.orderflow.world.Command.confirmReceipt;
import static dev.orderflow.world.Command.paymentCaptured;
import static dev.orderflow.world.Command.placeOrder;
import static dev.orderflow.world.Command.refundSettled;
import static dev.orderflow.world.Command.shipOrder;
import static dev.orderflow.world.Command.submitReview;
import static dev.orderflow.world.Command.total;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.SecondNode;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.process.Migration.Report;
import dev.orderflow.process.Migration.Version;
import dev.orderflow.web.Invariants;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A release with other models comes while orders run: one label renamed, one task more in between, one wait state gone. Nodes of both
 * releases run side by side on one database.
 */
class UpgradeTests {

    @Test
    void orders_finish_on_their_version_or_move_to_the_newest(@TempDir Path models) throws Exception {
        Map<String, String> database = SecondNode.emptyDatabase("orderflow_upgrade");
        try (ConfigurableApplicationContext old = SecondNode.start("old", database)) {
            World world = old.getBean(World.class);
            String placed = world.placed();
            String staysPlaced = world.placed();
            String held = held(world);
            String paid = world.paid();
            String staysPaid = world.paid();
            String shipped = world.shipped();
            String received = world.received();
            String early = World.newOrderNo();
            world.send(paymentCaptured(early, total(2)));
            String cancelled = world.paid();
            world.apply(Command.cancelOrder(cancelled));

            Map<String, String> newer = new HashMap<>(database);
            newer.put("orderflow.models.location", "file:" + changed(models) + "/*.bpmn");
            try (ConfigurableApplicationContext latest = SecondNode.start("latest", newer)) {
                World other = latest.getBean(World.class);
                assertThat(versions(latest)).isEqualTo(2);

                // An old node that restarts meanwhile changes nothing.
                old.getBean(Deployment.class).afterPropertiesSet();
                assertThat(versions(latest)).isEqualTo(2);

                // Both releases serve orders of both versions.
                finish(other, staysPlaced);
                finish(world, staysPaid);
                String begun = world.placed();
                assertThat(version(latest, "order", begun)).isEqualTo(2);
                finish(other, begun);
                hold(latest);

                assertThat(post(latest, "shop").statusCode()).isEqualTo(403);
                assertThat(post(latest, "dashboard").statusCode()).isEqualTo(403);
                assertThat(post(latest, "admin").body()).contains("\"dryRun\":true", "\"left\":6");

                Migration migration = latest.getBean(Migration.class);
                Map<String, Date> due = dueDates(latest);
                Report dry = migration.migrate(null, null);
                assertThat(dry.dryRun()).isTrue();
                assertThat(orders(dry).canMove())
                        .containsOnly(
                                Map.entry("ReceiveTask_WaitForPayment", 1),
                                Map.entry("UserTask_ShipOrder", 1),
                                Map.entry("UserTask_ConfirmReceipt", 1),
                                Map.entry("ReceiveTask_WaitForReview", 1));
                assertThat(orders(dry).cannotMove()).containsOnly(Map.entry("UserTask_ReviewOrder", 1));
                assertThat(orders(dry).why()).contains("no such wait state");
                assertThat(dry.left()).isEqualTo(6);
                assertThat(version(latest, "order", placed)).isEqualTo(1);

                // Some now, the rest later, and nothing twice.
                assertThat(moved(migration.migrate(false, 2))).isEqualTo(2);
                hold(latest);
                Report rest = migration.migrate(false, null);
                assertThat(moved(rest)).isEqualTo(4);
                assertThat(rest.left()).isZero();
                assertThat(rest.versions())
                        .allSatisfy(version -> assertThat(version.failures()).isEmpty());
                assertThat(moved(migration.migrate(false, null))).isZero();

                assertThat(List.of(placed, paid, shipped, received))
                        .allSatisfy(order ->
                                assertThat(version(latest, "order", order)).isEqualTo(2));
                assertThat(version(latest, "order", held)).isEqualTo(1);
                assertThat(dueDates(latest)).isEqualTo(due);
                hold(latest);

                finish(world, placed);
                finish(other, paid);
                finish(world, shipped);
                finish(other, received);
                other.complete(other.task("order", held, "UserTask_ReviewOrder"), Map.of());
                finish(other, held);
                other.apply(
                        refundSettled(cancelled, other.refunds(cancelled).get(0).refundId()));
                other.apply(placeOrder(early, other.stocked(5), 2));
                finish(other, early);
                hold(latest);
                assertThat(migration.migrate(true, null).versions()).isEmpty();
            }
        }
    }

    /** All models as they are, but for the order's. */
    private static Path changed(Path folder) throws IOException {
        for (Model model : Model.all()) {
            String xml = model.name().equals("order") ? changed(model.xml()) : model.xml();
            Files.writeString(folder.resolve(model.name() + ".bpmn"), xml, StandardCharsets.UTF_8);
        }
        return folder;
    }

    private static String changed(String order) {
        return order.replaceAll("(?s)<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "")
                .replaceAll("(?s)<bpmn:userTask id=\"UserTask_ReviewOrder\".*?</bpmn:userTask>", "")
                .replaceAll(
                        "(?s)<bpmn:boundaryEvent id=\"BoundaryEvent_CancelledInReview\".*?</bpmn:boundaryEvent>", "")
                .replaceAll("<bpmn:sequenceFlow id=\"Flow_(ReviewOrder|CancelledInReview)_[^>]*/>", "")
                .replaceAll("<bpmn:(incoming|outgoing)>[^<]*</bpmn:(incoming|outgoing)>", "")
                .replace("targetRef=\"UserTask_ReviewOrder\"", "targetRef=\"Task_ReleaseOrder\"")
                .replace("name=\"Ship order\"", "name=\"Pack and ship order\"")
                .replace("sourceRef=\"Task_ReleaseOrder\" targetRef=\"UserTask_ShipOrder\" />", """
                        sourceRef="Task_ReleaseOrder" targetRef="Task_LookTwice" />
                        <bpmn:serviceTask id="Task_LookTwice" name="Look twice" camunda:expression="${true}" />
                        <bpmn:sequenceFlow id="Flow_LookTwice_To_ShipOrder"
                            sourceRef="Task_LookTwice" targetRef="UserTask_ShipOrder" />
                        """);
    }

    private static String held(World world) {
        String orderNo = World.newOrderNo();
        world.apply(placeOrder(orderNo, world.stocked(5), 2).with("currency", "CHF"));
        world.pay(orderNo);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.PAID);
        return orderNo;
    }

    private static void finish(World world, String orderNo) {
        if (world.status(orderNo) == OrderStatus.PENDING_PAYMENT) {
            world.pay(orderNo);
        }
        if (world.status(orderNo) == OrderStatus.AWAITING_SHIPMENT) {
            world.apply(shipOrder(orderNo));
        }
        if (world.status(orderNo) == OrderStatus.SHIPPED) {
            world.apply(confirmReceipt(orderNo));
        }
        world.apply(submitReview(orderNo));
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.COMPLETED);
    }

    private static void hold(ConfigurableApplicationContext node) {
        assertThat(node.getBean(Invariants.class).check().broken()).isEmpty();
    }

    private static long versions(ConfigurableApplicationContext node) {
        return node.getBean(RepositoryService.class)
                .createProcessDefinitionQuery()
                .processDefinitionKey("order")
                .count();
    }

    private static int version(ConfigurableApplicationContext node, String model, String businessKey) {
        ProcessInstance instance = node.getBean(World.class).running(model, businessKey);
        return node.getBean(RepositoryService.class)
                .getProcessDefinition(instance.getProcessDefinitionId())
                .getVersion();
    }

    private static Map<String, Date> dueDates(ConfigurableApplicationContext node) {
        return node.getBean(ManagementService.class).createJobQuery().list().stream()
                .collect(Collectors.toMap(Job::getId, Job::getDuedate));
    }

    private static Version orders(Report report) {
        return report.versions().stream()
                .filter(version -> version.model().equals("order"))
                .findFirst()
                .orElseThrow();
    }

    private static int moved(Report report) {
        return report.versions().stream().mapToInt(Version::moved).sum();
    }

    /** A request without a word of what to do, so that it only looks. */
    private static HttpResponse<String> post(ConfigurableApplicationContext node, String who) throws Exception {
        String port = node.getEnvironment().getProperty("local.server.port");
        String basic = Base64.getEncoder().encodeToString((who + ":" + who).getBytes(StandardCharsets.UTF_8));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/migration"))
                                .header("Authorization", "Basic " + basic)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{}"))
                                .build(),
                        BodyHandlers.ofString());
    }
}
