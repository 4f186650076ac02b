package dev.orderflow.process;

import static dev.orderflow.world.Command.cancelOrder;
import static dev.orderflow.world.Command.refundFailed;
import static dev.orderflow.world.Command.refundSettled;
import static dev.orderflow.world.Command.total;
import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.order.BrokenRule;
import dev.orderflow.world.CoversModel;
import dev.orderflow.world.Paths;
import dev.orderflow.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Every way money goes back to its payer: by the provider, or by hand where the provider fails or keeps silent. */
@OrderflowTest
@CoversModel("refund")
class RefundProcessTests {

    @Autowired
    World world;

    @Autowired
    Paths paths;

    private String orderNo = "";

    @Test
    void a_refund_is_asked_for_and_settled_by_the_provider() {
        String refundId = requested();
        assertThat(world.running("refund", refundId)).isWaitingAtExactly("ReceiveTask_WaitForSettlement");
        assertThat(world.running("refund", refundId)).isWaitingFor("RefundSettled", "RefundFailed");
        assertThat(world.timeline(orderNo)).endsWith("RefundRequested");

        world.apply(refundSettled(orderNo, refundId));

        assertThat(path(refundId))
                .containsExactly(
                        "StartEvent_RefundDue",
                        "Flow_RefundDue_To_RequestRefund",
                        "Task_RequestRefund",
                        "Flow_RequestRefund_To_WaitForSettlement",
                        "ReceiveTask_WaitForSettlement",
                        "Flow_WaitForSettlement_To_RecordRefund",
                        "Task_RecordRefund",
                        "Flow_RecordRefund_To_MoneyReturned",
                        "EndEvent_MoneyReturned");
        assertSettled(refundId);
    }

    @Test
    void a_refund_the_provider_cannot_make_is_made_by_hand() {
        String refundId = requested();

        world.apply(refundFailed(orderNo, refundId));
        assertThat(refundByHand(refundId)).hasCandidateGroup("finance");
        assertThat(world.refunds(orderNo)).extracting(World.Refund::status).containsExactly("ESCALATED");

        world.complete(refundByHand(refundId), Map.of("providerReference", "SEPA 2026-331", "note", "by transfer"));

        assertThat(path(refundId))
                .containsSubsequence(
                        "ReceiveTask_WaitForSettlement",
                        "BoundaryEvent_RefundFailed",
                        "Task_EscalateRefund",
                        "UserTask_RefundByHand",
                        "Flow_RefundByHand_To_RecordRefund",
                        "Task_RecordRefund",
                        "EndEvent_MoneyReturned")
                .doesNotContain("BoundaryEvent_RefundOverdue", "BoundaryEvent_SettledAfterAll");
        assertSettled(refundId);
        assertThat(world.timeline(orderNo)).endsWith("RefundRequested", "RefundEscalated", "RefundSettled");
    }

    @Test
    void a_refund_the_provider_says_nothing_about_is_made_by_hand() {
        String refundId = requested();
        assertThat(world.timer("refund", refundId, "BoundaryEvent_RefundOverdue")
                        .getDuedate()
                        .toInstant())
                .isCloseTo(Instant.now().plus(Duration.ofDays(3)), within(30, SECONDS));

        world.fire(world.timer("refund", refundId, "BoundaryEvent_RefundOverdue"));
        world.complete(refundByHand(refundId), Map.of("providerReference", "SEPA 2026-332"));

        assertThat(path(refundId))
                .containsSubsequence("BoundaryEvent_RefundOverdue", "Task_EscalateRefund", "UserTask_RefundByHand")
                .doesNotContain("BoundaryEvent_RefundFailed");
        assertSettled(refundId);
    }

    @Test
    void a_provider_may_settle_after_all_and_then_nobody_has_to() {
        String refundId = requested();
        world.apply(refundFailed(orderNo, refundId));

        world.apply(refundSettled(orderNo, refundId));

        assertThat(path(refundId))
                .containsSubsequence("UserTask_RefundByHand", "BoundaryEvent_SettledAfterAll", "Task_RecordRefund")
                .doesNotContain("Flow_RefundByHand_To_RecordRefund");
        assertSettled(refundId);
    }

    @Test
    void a_refund_by_hand_needs_a_reference() {
        String refundId = requested();
        world.apply(refundFailed(orderNo, refundId));

        assertThatThrownBy(() -> world.complete(refundByHand(refundId), Map.of("note", "done")))
                .isInstanceOf(BrokenRule.class)
                .hasMessageContaining("providerReference");

        assertThat(world.running("refund", refundId)).isWaitingAtExactly("UserTask_RefundByHand");
        assertThat(world.refunds(orderNo)).extracting(World.Refund::status).containsExactly("ESCALATED");
    }

    @Test
    void a_refund_is_settled_once() {
        String refundId = requested();
        world.apply(refundSettled(orderNo, refundId));

        assertThat(world.send(refundSettled(orderNo, refundId)).outcome()).isEqualTo(Outcome.DUPLICATE);
        assertThat(world.send(refundFailed(orderNo, refundId)).outcome()).isEqualTo(Outcome.REFUSED);

        assertSettled(refundId);
        assertThat(world.timeline(orderNo)).containsOnlyOnce("RefundSettled");
    }

    @Test
    void a_refund_is_escalated_once() {
        String refundId = requested();
        world.apply(refundFailed(orderNo, refundId));

        assertThat(world.send(refundFailed(orderNo, refundId)).outcome()).isEqualTo(Outcome.DUPLICATE);

        assertThat(world.timeline(orderNo)).containsOnlyOnce("RefundEscalated");
    }

    @Test
    void a_refund_of_another_order_or_of_none_is_a_broken_message() {
        String refundId = requested();

        assertThatThrownBy(() -> world.send(refundSettled(World.newOrderNo(), refundId)))
                .isInstanceOf(BrokenRule.class)
                .hasMessageContaining("subject");
        assertThatThrownBy(() -> world.send(refundSettled(orderNo, "R-0000-0000-00")))
                .isInstanceOf(BrokenRule.class)
                .hasMessageContaining("refundId");
    }

    /** The refund of a paid order that was cancelled. */
    private String requested() {
        orderNo = world.paid();
        world.apply(cancelOrder(orderNo));
        return world.refunds(orderNo).get(0).refundId();
    }

    private Task refundByHand(String refundId) {
        return world.task("refund", refundId, "UserTask_RefundByHand");
    }

    private List<String> path(String refundId) {
        return paths.latest("refund", refundId);
    }

    private void assertSettled(String refundId) {
        assertThat(world.isRunning("refund", refundId)).isFalse();
        assertThat(world.refunds(orderNo))
                .containsExactly(new World.Refund(refundId, total(2), "EUR", "ORDER_CANCELLED", "SETTLED"));
    }
}
