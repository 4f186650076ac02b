package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.security.Groups;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.community.rest.client.api.MessageApi;
import org.camunda.community.rest.client.api.ProcessDefinitionApi;
import org.camunda.community.rest.client.api.ProcessInstanceApi;
import org.camunda.community.rest.client.api.TaskApi;
import org.camunda.community.rest.client.dto.CompleteTaskDto;
import org.camunda.community.rest.client.dto.CorrelationMessageDto;
import org.camunda.community.rest.client.dto.MessageCorrelationResultWithVariableDto;
import org.camunda.community.rest.client.dto.ProcessInstanceDto;
import org.camunda.community.rest.client.dto.ProcessInstanceQueryDto;
import org.camunda.community.rest.client.dto.StartProcessInstanceDto;
import org.camunda.community.rest.client.dto.TaskQueryDto;
import org.camunda.community.rest.client.dto.TaskWithAttachmentAndCommentDto;
import org.camunda.community.rest.client.dto.UserIdDto;
import org.camunda.community.rest.client.dto.VariableValueDto;
import org.camunda.community.rest.client.invoker.ApiClient;
import org.camunda.community.rest.client.invoker.ApiException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The engine's REST API through a client that others wrote: what a shop and a clerk do with it, and what it answers where they err. */
@OrderflowTest
@ExtendWith(OutputCaptureExtension.class)
class EngineClientTests {

    @LocalServerPort
    int port;

    @Autowired
    World world;

    @Autowired
    IdentityService identity;

    @Autowired
    RuntimeService runtime;

    @BeforeEach
    void employ() {
        if (identity.createUserQuery().userId("wendy").count() == 0) {
            User wendy = identity.newUser("wendy");
            wendy.setPassword("wendy's password");
            identity.saveUser(wendy);
            identity.createMembership("wendy", Groups.WAREHOUSE);
        }
    }

    @Test
    void an_order_is_placed_paid_found_and_shipped() throws ApiException {
        String orderNo = World.newOrderNo();

        var started = send(Command.placeOrder(orderNo, world.stocked(3), 2));
        send(Command.paymentCaptured(orderNo, Command.total(2)));

        List<ProcessInstanceDto> running = new ProcessInstanceApi(shop())
                .queryProcessInstances(0, 10, new ProcessInstanceQueryDto().businessKey(orderNo));
        assertThat(running).hasSize(1);
        assertThat(running.get(0).getId())
                .isEqualTo(started.get(0).getProcessInstance().getId());
        assertThat(tasks(shop(), orderNo)).hasSize(1);

        TaskApi desk = new TaskApi(wendy());
        TaskWithAttachmentAndCommentDto task = tasks(wendy(), orderNo).get(0);
        assertThat(task.getName()).isEqualTo("Ship order " + orderNo);
        desk.claim(task.getId(), new UserIdDto().userId("wendy"));
        desk.complete(task.getId(), parcel("1234567890"));
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.SHIPPED);
    }

    @Test
    void whoever_errs_is_told_why_and_the_log_is_silent(CapturedOutput output) {
        String orderNo = world.paid();
        String task = world.task("order", orderNo, "UserTask_ShipOrder").getId();
        TaskApi desk = new TaskApi(wendy());

        assertThat(refused(422, () -> desk.complete(task, new CompleteTaskDto())))
                .contains("\"message\":\"data.carrier: is missing", "data.trackingNumber");
        assertThat(refused(400, () -> send(Command.submitReview(orderNo))))
                .contains("Order " + orderNo + " is AWAITING_SHIPMENT: it is too late or too early for SubmitReview");
        assertThat(refused(400, () -> send(Command.cancelOrder("NOBODYS-1"))))
                .contains("Nothing waits for CancelOrder under NOBODYS-1");
        assertThat(refused(404, () -> desk.complete("nobodys", parcel("1234567890"))))
                .contains("somebody may have finished it", "task is null"); // which Tasklist looks for
        assertThat(refused(403, () -> new TaskApi(shop()).complete(task, parcel("1234567890"))))
                .contains("permission");
        assertThat(refused(
                        403,
                        () -> new ProcessDefinitionApi(shop())
                                .startProcessInstanceByKey("order", new StartProcessInstanceDto())))
                .contains("This is not open to your groups");
        runtime.suspendProcessInstanceById(world.running("order", orderNo).getId());
        try {
            assertThat(refused(409, () -> desk.complete(task, parcel("1234567890"))))
                    .contains("suspended until an administrator resumes it");
        } finally {
            runtime.activateProcessInstanceById(world.running("order", orderNo).getId());
        }

        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        assertThat(output.getAll()).doesNotContain("\tat ", "Exception");
    }

    private List<MessageCorrelationResultWithVariableDto> send(Command command) throws ApiException {
        return new MessageApi(shop())
                .deliverMessage(new CorrelationMessageDto()
                        .messageName(command.type())
                        .businessKey(command.subject())
                        .resultEnabled(true)
                        .processVariables(Map.of(
                                "message",
                                new VariableValueDto()
                                        .type("String")
                                        .value(command.dataJson())
                                        .valueInfo(Map.of("transient", true)))));
    }

    private List<TaskWithAttachmentAndCommentDto> tasks(ApiClient client, String orderNo) throws ApiException {
        return new TaskApi(client).queryTasks(0, 10, new TaskQueryDto().processInstanceBusinessKey(orderNo));
    }

    private static CompleteTaskDto parcel(String trackingNumber) {
        return new CompleteTaskDto()
                .variables(Map.of(
                        "carrier", new VariableValueDto().value("DHL"),
                        "trackingNumber", new VariableValueDto().value(trackingNumber)));
    }

    private static String refused(int status, ThrowingCallable call) {
        ApiException refusal = catchThrowableOfType(ApiException.class, call);
        assertThat(refusal).isNotNull();
        assertThat(refusal.getCode()).as(refusal.getResponseBody()).isEqualTo(status);
        assertThat(refusal.getResponseBody()).doesNotContain("org.camunda", "dev.orderflow");
        return refusal.getResponseBody();
    }

    private ApiClient shop() {
        return client("shop", "shop");
    }

    private ApiClient wendy() {
        return client("wendy", "wendy's password");
    }

    private ApiClient client(String name, String password) {
        ApiClient client = new ApiClient();
        client.setBasePath("http://127.0.0.1:" + port + "/engine-rest");
        client.setUsername(name);
        client.setPassword(password);
        return client;
    }
}
