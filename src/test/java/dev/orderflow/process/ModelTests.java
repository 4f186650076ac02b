package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The models read and run as agreed, without starting anything. Each rule comes with a proof that it bites. */
class ModelTests {

    private static final List<Model> MODELS = Model.all();
    private static final Model ORDER = Model.named("order");
    private static final Model PAYMENT = Model.named("payment");
    private static final Model REFUND = Model.named("refund");

    @Test
    void there_are_four_models() {
        assertThat(MODELS).extracting(Model::name).containsExactlyInAnyOrder("order", "payment", "refund", "stock");
    }

    @Test
    void a_model_can_be_deployed_and_is_named_as_its_file() {
        holds(ModelRules::isDeployable);
        bites(ModelRules::isDeployable, ORDER.renamed("orders"), "order");
        bites(ModelRules::isDeployable, ORDER.with("isExecutable=\"true\"", "isExecutable=\"false\""), "order");
        bites(ModelRules::isDeployable, ORDER.with("camunda:historyTimeToLive=\"P180D\" ", ""), "order");
    }

    @Test
    void an_id_says_its_kind_and_its_meaning() {
        holds(ModelRules::idsSayTheirKind);
        bites(ModelRules::idsSayTheirKind, ORDER.with("Task_MarkPaid", "Activity_0x1f"), "Activity_0x1f");
        bites(ModelRules::idsSayTheirKind, ORDER.with("Gateway_HeldForReview", "Gateway_held"), "Gateway_held");
        bites(ModelRules::idsSayTheirKind, ORDER.with("name=\"ShipOrder\"", "name=\"Ship\""), "Message_ShipOrder");
        bites(ModelRules::idsSayTheirKind, ORDER.with("OUT_OF_STOCK", "out of stock"), "Error_OutOfStock");
        bites(
                ModelRules::idsSayTheirKind,
                PAYMENT.with("bpmn:sendTask", "bpmn:manualTask", " camunda:delegateExpression=\"${coverOrder}\"", ""),
                "Task_CoverOrder");
    }

    @Test
    void one_phrase_is_label_id_binding_and_class() {
        holds(ModelRules::labelIdBindingAndClassAgree);
        bites(
                ModelRules::labelIdBindingAndClassAgree,
                ORDER.with("\"Mark paid\"", "\"Mark as paid\""),
                "Task_MarkPaid");
        bites(ModelRules::labelIdBindingAndClassAgree, ORDER.with("${markPaid}", "${reserveStock}"), "Task_MarkPaid");
        bites(
                ModelRules::labelIdBindingAndClassAgree,
                ORDER.with("\"Ship order\"", "\"Send parcel\""),
                "UserTask_ShipOrder");
        bites(
                ModelRules::labelIdBindingAndClassAgree,
                ORDER.with(
                        "Task_MarkPaid",
                        "Task_PraiseBuyer",
                        "\"Mark paid\"",
                        "\"Praise buyer\"",
                        "${markPaid}",
                        "${praiseBuyer}"),
                "Task_PraiseBuyer finds no PraiseBuyerDelegate");
        bites(
                ModelRules::labelIdBindingAndClassAgree,
                PAYMENT.with("${checkAssignment}", "${checkNothing}"),
                "UserTask_AssignOrRefund");
    }

    @Test
    void a_gateway_asks_a_question_every_answer_is_named_and_the_default_is_unconditional() {
        holds(ModelRules::gatewaysAskAndTheSafeAnswerIsTheDefault);
        bitesGateways(ORDER.with("Held for review?", "Held for review"), "Gateway_HeldForReview");
        bitesGateways(ORDER.with(" default=\"Flow_HeldForReview_Yes\"", ""), "Gateway_HeldForReview");
        bitesGateways(PAYMENT.with(" name=\"is not wanted\"", ""), "Flow_WhatDoesItDo_NotWanted");
        bitesGateways(ORDER.with("Flow_HeldForReview_Yes\">", "Flow_HeldForReview_No\">"), "Flow_HeldForReview_No");
        bitesGateways(
                ORDER.with(
                        "bpmn:exclusiveGateway",
                        "bpmn:parallelGateway",
                        " default=\"Flow_HeldForReview_Yes\"",
                        "",
                        " default=\"Flow_AlreadyCovered_No\"",
                        ""),
                "Gateway_HeldForReview");
        bitesGateways(
                ORDER.without("<bpmn:outgoing>Flow_HeldForReview_No", "</bpmn:outgoing>"), "Gateway_HeldForReview");
    }

    private static void bitesGateways(Model broken, String culprit) {
        bites(ModelRules::gatewaysAskAndTheSafeAnswerIsTheDefault, broken, culprit);
    }

    @Test
    void every_path_runs_from_a_start_to_a_named_end() {
        holds(ModelRules::everyPathRunsFromAStartToANamedEnd);
        bites(
                ModelRules::everyPathRunsFromAStartToANamedEnd,
                REFUND.without("<bpmn:outgoing>Flow_RecordRefund_To_MoneyReturned", "</bpmn:outgoing>"),
                "Task_RecordRefund");
        bites(
                ModelRules::everyPathRunsFromAStartToANamedEnd,
                REFUND.without("<bpmn:incoming>Flow_RecordRefund_To_MoneyReturned", "</bpmn:incoming>"),
                "EndEvent_MoneyReturned");
    }

    @Test
    void a_message_is_a_type_of_the_contract_or_goes_from_process_to_process() {
        holds(ModelRules::messagesAreOfTheContract);
        bites(
                ModelRules::messagesAreOfTheContract,
                ORDER.with("name=\"ShipOrder\"", "name=\"Ship\""),
                "Message_ShipOrder");
        bites(
                ModelRules::messagesAreOfTheContract,
                ORDER.with(" messageRef=\"Message_OrderCovered\"", ""),
                "ReceiveTask_WaitForPayment");
    }

    @Test
    void a_timer_is_set_by_configuration() {
        holds(ModelRules::timersAreConfiguration);
        bites(
                ModelRules::timersAreConfiguration,
                ORDER.with("${timers.autoReceipt()}", "P10D"),
                "TimerEventDefinition_");
        bites(
                ModelRules::timersAreConfiguration,
                ORDER.with("${timers.shipDue()}", "2030-01-01"),
                "UserTask_ShipOrder");
        bites(ModelRules::timersAreConfiguration, ORDER.with("timeDuration", "timeCycle"), "TimerEventDefinition_");
        bites(
                ModelRules::timersAreConfiguration,
                ORDER.with("timers.autoReceipt", "timers.someday"),
                "TimerEventDefinition_");
        bites(
                ModelRules::timersAreConfiguration,
                ORDER.with("timers.payment(paymentMethod)", "timers.payment()"),
                "TimerEventDefinition_PaymentOverdue");
    }

    @Test
    void a_task_for_people_has_a_group_and_a_form() {
        holds(ModelRules::peopleHaveAGroupAndAForm);
        bitesPeople(ORDER.with(" camunda:candidateGroups=\"warehouse\"", ""));
        bitesPeople(ORDER.with("\"warehouse\"", "\"everybody\""));
        bitesPeople(ORDER.with("ship-order.html", "ship.html"));
        bitesPeople(ORDER.with("ship-order.html", "send-parcel.html", "\"Ship order\"", "\"Send parcel\""));
    }

    private static void bitesPeople(Model broken) {
        bites(ModelRules::peopleHaveAGroupAndAForm, broken, "UserTask_ShipOrder");
    }

    @Test
    void a_message_is_one_transaction_and_code_is_in_beans() {
        String binding = "camunda:delegateExpression=\"${markPaid}\"";
        holds(ModelRules::oneTransactionAndNoCode);
        bitesCode(ORDER.with(binding, "camunda:asyncBefore=\"true\" " + binding));
        bitesCode(ORDER.with(binding, "camunda:asyncAfter=\"true\" " + binding));
        bitesCode(ORDER.with(binding, "camunda:class=\"dev.orderflow.process.MarkPaidDelegate\""));
        bitesCode(ORDER.with(binding, "camunda:expression=\"${markPaid.execute(execution)}\""));
        bitesCode(ORDER.with(binding, "camunda:type=\"external\" camunda:topic=\"mark-paid\""));
        bitesCode(ORDER.with(
                "name=\"Mark paid\" " + binding + ">",
                "name=\"Mark paid\" " + binding + "><bpmn:extensionElements><camunda:executionListener event=\"start\" "
                        + "class=\"Spy\" /></bpmn:extensionElements>"));
        bites(
                ModelRules::oneTransactionAndNoCode,
                PAYMENT.with("bpmn:sendTask", "bpmn:scriptTask", " camunda:delegateExpression=\"${coverOrder}\"", ""),
                "Task_CoverOrder");
        bites(
                ModelRules::oneTransactionAndNoCode,
                ORDER.with(
                        "xsi:type=\"bpmn:tFormalExpression\">${!held}",
                        "xsi:type=\"bpmn:tFormalExpression\" language=\"groovy\">!held"),
                "Flow_HeldForReview_No");
    }

    private static void bitesCode(Model broken) {
        bites(ModelRules::oneTransactionAndNoCode, broken, "Task_MarkPaid");
    }

    @Test
    void stock_moves_in_the_step_of_its_message() {
        holds(ModelRules::stockMovesInTheStepOfItsMessage);
        bites(
                ModelRules::stockMovesInTheStepOfItsMessage,
                ORDER.with("targetRef=\"Task_ReserveStock\"", "targetRef=\"ReceiveTask_WaitForPayment\""),
                "StartEvent_OrderPlaced");
        bites(
                ModelRules::stockMovesInTheStepOfItsMessage,
                ORDER.with("targetRef=\"Task_DeductStock\"", "targetRef=\"UserTask_ConfirmReceipt\""),
                "BoundaryEvent_ShippedByWarehouse");
    }

    @Test
    void a_label_reads_as_a_sentence_and_a_task_as_a_command() {
        holds(ModelRules::labelsReadAsSentences);
        bitesLabels(ORDER.with("\"Mark paid\"", "\"mark paid\""));
        bitesLabels(ORDER.with("\"Mark paid\"", "\"Mark Paid\""));
        bitesLabels(ORDER.with("\"Mark paid\"", "\"Pay\""));
        bitesLabels(ORDER.with("\"Mark paid\"", "\"Marking paid\""));
        bitesLabels(ORDER.with("\"Mark paid\"", "\"Payment received\""));
        bitesLabels(ORDER.with("\"Mark paid\"", "\"Tell queue\""));
        bitesLabels(ORDER.with(" name=\"Mark paid\"", ""));
    }

    private static void bitesLabels(Model broken) {
        bites(ModelRules::labelsReadAsSentences, broken, "Task_MarkPaid");
    }

    @Test
    void everything_is_drawn() {
        holds(PictureRules::everythingIsDrawn);
        bites(
                PictureRules::everythingIsDrawn,
                ORDER.without("<bpmndi:BPMNShape id=\"Task_MarkPaid_di\"", "</bpmndi:BPMNShape>"),
                "Task_MarkPaid");
        bites(
                PictureRules::everythingIsDrawn,
                ORDER.without("<bpmndi:BPMNEdge id=\"Flow_HeldForReview_Yes_di\"", "</bpmndi:BPMNEdge>"),
                "Flow_HeldForReview_Yes");
        bites(
                PictureRules::everythingIsDrawn,
                ORDER.without("<bpmndi:BPMNLabel>", "</bpmndi:BPMNLabel>"),
                "StartEvent_");
    }

    @Test
    void an_arrow_runs_from_its_source_to_its_target() {
        holds(PictureRules::arrowsRunFromShapeToShape);
        String shape = "bpmnElement=\"Task_MarkPaid\">\n        <dc:Bounds x=\"";
        bites(
                PictureRules::arrowsRunFromShapeToShape,
                ORDER.with(shape, shape + "9"),
                "Flow_MarkPaid_To_HeldForReview");
    }

    @Test
    void nothing_in_a_picture_covers_anything_else() {
        holds(PictureRules::nothingCoversAnythingElse);
        Model wide = ORDER.with("width=\"100\"", "width=\"140\"");
        bites(PictureRules::nothingCoversAnythingElse, wide, "Task_ApplyEarlyPayments and Task_RegisterOrder overlap");
        Model talkative = ORDER.with("width=\"90\"", "width=\"220\"");
        bites(PictureRules::nothingCoversAnythingElse, talkative, "the label of");
        Model through = REFUND.with("<di:waypoint x=\"940\" y=\"310\" />", "<di:waypoint x=\"770\" y=\"250\" />");
        bites(PictureRules::nothingCoversAnythingElse, through, "Flow_RefundByHand_To_RecordRefund runs through");
    }

    @Test
    void no_event_stands_where_cockpit_counts_tokens() {
        holds(PictureRules::noEventStandsWhereCockpitCounts);
        String event = "bpmnElement=\"BoundaryEvent_ShipmentDelivered\">\n        <dc:Bounds x=\"1592\"";
        bites(
                PictureRules::noEventStandsWhereCockpitCounts,
                ORDER.with(event, event.replace("1592", "1572")),
                "BoundaryEvent_ShipmentDelivered");
    }

    @Test
    void the_happy_path_is_one_straight_line() {
        assertThat(orderLine(ORDER)).isEmpty();
        assertThat(PictureRules.theHappyPathIsOneStraightLine(
                        PAYMENT,
                        "StartEvent_PaymentCaptured",
                        "EndEvent_OrderCovered",
                        List.of(
                                "Flow_NewPayment_Yes",
                                "Flow_OrderKnown_Yes",
                                "Flow_WhatDoesItDo_Covers",
                                "Flow_AnythingLeft_No")))
                .isEmpty();
        assertThat(PictureRules.theHappyPathIsOneStraightLine(
                        REFUND, "StartEvent_RefundDue", "EndEvent_MoneyReturned", List.of()))
                .isEmpty();

        assertThat(orderLine(
                        ORDER.with("y=\"160\" width=\"100\" height=\"80\"", "y=\"161\" width=\"100\" height=\"80\"")))
                .contains("Task_RegisterOrder is off the line");
    }

    private static List<String> orderLine(Model order) {
        return PictureRules.theHappyPathIsOneStraightLine(
                order,
                "StartEvent_OrderPlaced",
                "EndEvent_OrderCompleted",
                List.of("Flow_AlreadyCovered_No", "Flow_HeldForReview_No"));
    }

    private static void holds(Function<Model, List<String>> rule) {
        assertThat(MODELS).allSatisfy(model -> assertThat(rule.apply(model)).isEmpty());
    }

    private static void bites(Function<Model, List<String>> rule, Model broken, String complaint) {
        assertThat(rule.apply(broken)).anyMatch(line -> line.startsWith(complaint));
    }
}
