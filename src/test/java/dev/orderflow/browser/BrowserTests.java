package dev.orderflow.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.security.Groups;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestWatcher;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What operators see and do, form by form. Pictures of it are kept in {@code target/screenshots}. */
@EnabledIf(
        value = "dev.orderflow.browser.Browser#isHere",
        disabledReason = "There is no Chromium or no chromedriver on the path: no browser tests")
@OrderflowTest
class BrowserTests {

    private static final By CARRIER = By.id("carrier");
    private static final By TRACKING_NUMBER = By.id("tracking-number");
    private static final By ALL_PIECES = By.cssSelector("input[value=ALL]");
    private static final By SOME_PIECES = By.cssSelector("input[value=PART]");
    private static final By CANCEL = By.xpath("//summary[contains(.,'Cancel this order')]");
    private static final By CANCEL_NOW = By.xpath("//button[contains(.,'Cancel the order …')]");

    /** What somebody sends who would like to run a script, or a formula, in an operator's session. */
    private static final String NASTY = "<img src=x onerror=\"window.hacked=1\">{{7*7}}${7*7}";

    private static @Nullable Browser found;

    @RegisterExtension
    static final TestWatcher LAST_LOOK = new TestWatcher() {
        @Override
        public void testFailed(ExtensionContext context, Throwable cause) {
            browser().photograph("failed-" + context.getRequiredTestMethod().getName());
        }
    };

    @LocalServerPort
    int port;

    @Autowired
    World world;

    @Autowired
    IdentityService identity;

    @Autowired
    RuntimeService runtime;

    @Autowired
    ManagementService management;

    @Autowired
    TaskService tasks;

    @Autowired
    JdbcClient jdbc;

    @BeforeAll
    static void start() {
        found = Browser.find().orElseThrow();
    }

    @AfterAll
    static void stop() {
        if (found != null) {
            found.close();
        }
    }

    @BeforeEach
    void employ() {
        employ("wendy", "Wendy", "Ward", Groups.WAREHOUSE);
        employ("sam", "Sam", "Silva", Groups.SERVICE);
        employ("fiona", "Fiona", "Finch", Groups.FINANCE);
    }

    @Test
    void an_order_is_shipped_watched_and_received() {
        String orderNo = world.paid();
        String task = "Ship order " + orderNo;

        Tasklist tasklist = tasklist("wendy").list("To ship", orderNo);
        assertThat(tasklist.card(task)).contains("2 pieces, EUR 25.00, placed ", "Due in 2 days", "Created ");
        tasklist.open(task).claim();
        assertThat(browser().read(Tasklist.SHOWN, orderNo))
                .contains("Awaiting shipment", "Green tea, 100 g", world.sku(orderNo), "EUR 10.00", "EUR 20.00")
                .contains("Ana Souza", "Avenida Paulista 1000", "São Paulo", "Brazil", "ana@example.com")
                .containsPattern("Total EUR 25.00\nPaid EUR 25.00")
                .contains("Bank card, adyen", "What happened so far (5)");

        browser().choose(CARRIER, "Correios");
        browser().click(ALL_PIECES);
        assertThat(browser().isEnabled(Tasklist.COMPLETE))
                .as("without a tracking number")
                .isFalse();
        browser().type(TRACKING_NUMBER, "1Z999");
        assertThat(browser().isEnabled(Tasklist.COMPLETE))
                .as("with another carrier's number")
                .isFalse();
        browser().type(TRACKING_NUMBER, "qb 123 456 789 br");
        browser().click(SOME_PIECES);
        browser().read(By.cssSelector("[role=alert]"), "An order cannot be shipped in parts yet.");
        assertThat(browser().isEnabled(Tasklist.COMPLETE)).as("in parts").isFalse();
        browser().click(ALL_PIECES);
        browser().photograph("ship-order");
        tasklist.complete(task);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.SHIPPED);
        assertThat(actor(orderNo, "OrderShipped")).isEqualTo("engine:wendy");

        cockpit("sam")
                .instance(world.running("order", orderNo).getId())
                .seeTokenAt("UserTask_ConfirmReceipt")
                .order();
        assertThat(browser().read(Cockpit.ORDER, orderNo))
                .contains("Shipped", "CORREIOS QB123456789BR", "Green tea, 100 g", "Order shipped", "wendy");
        browser().photograph("cockpit");

        task = "Confirm receipt " + orderNo;
        tasklist = tasklist("sam").list("Confirm receipt", orderNo).open(task).claim();
        browser().read(Tasklist.SHOWN, "CORREIOS QB123456789BR");
        assertThat(browser().isEnabled(Tasklist.COMPLETE)).isFalse();
        browser().click(By.name("arrived"));
        browser().photograph("confirm-receipt");
        tasklist.complete(task);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.RECEIVED);
    }

    @Test
    void an_order_is_shipped_with_the_keys_alone() {
        String orderNo = world.paid();
        String task = "Ship order " + orderNo;
        Tasklist tasklist =
                tasklist("wendy").list("To ship", orderNo).open(task).claim();

        browser().tabTo(CARRIER);
        browser().press("Corr");
        browser().tabTo(TRACKING_NUMBER);
        browser().press("QB123456789BR");
        browser().tabTo(ALL_PIECES);
        browser().press(Keys.SPACE);
        browser().tabTo(Tasklist.COMPLETE);
        browser().press(Keys.ENTER);

        tasklist.seeGone(task);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.SHIPPED);
    }

    @Test
    void what_cannot_be_shipped_is_cancelled_with_a_reason() {
        String orderNo = world.paid();
        String task = "Ship order " + orderNo;
        Tasklist tasklist =
                tasklist("wendy").list("To ship", orderNo).open(task).claim();

        browser().click(CANCEL);
        assertThat(browser().isEnabled(CANCEL_NOW)).as("without a reason").isFalse();
        browser().choose(By.id("cancel-reason"), "We do: it cannot be delivered, or should not be");
        browser().type(By.id("cancel-note"), "Fell off the shelf " + NASTY);
        browser().click(CANCEL_NOW);
        browser().read(Tasklist.DIALOG, "2 pieces go back to the shelf and EUR 25.00 to the buyer");
        browser().photograph("cancel-order");
        tasklist.escape();
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
        browser().click(CANCEL_NOW);
        tasklist.answer("Cancel the order");

        tasklist.seeGone(task);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.CANCELLED);
        assertThat(actor(orderNo, "OrderCancelled")).isEqualTo("engine:wendy");

        String refund = world.refunds(orderNo).get(0).refundId();
        cockpit("sam").instance(world.running("refund", refund).getId()).order();
        browser().read(Cockpit.ORDER, refund);
        browser().read(By.xpath("(//*[@class='orderflow-order'])[2]"), "Fell off the shelf " + NASTY);
        seeNothingRun();
    }

    @Test
    void a_held_order_is_refused_after_a_look() {
        String orderNo = World.newOrderNo();
        world.apply(Command.placeOrder(orderNo, world.stocked(5), 2).with("currency", "CHF"));
        world.pay(orderNo);
        String task = "Review order " + orderNo;
        Tasklist tasklist =
                tasklist("sam").list("To review", orderNo).open(task).claim();

        browser().click(CANCEL);
        browser().choose(By.id("cancel-reason"), "The buyer");
        browser().type(By.id("cancel-note"), "Called: ordered twice");
        browser().click(CANCEL_NOW);
        browser().read(Tasklist.DIALOG, "2 pieces go back to the shelf and CHF 25.00 to the buyer");
        tasklist.answer("Cancel the order");

        tasklist.seeGone(task);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.CANCELLED);
        assertThat(world.refunds(orderNo)).extracting(World.Refund::amount).containsExactly(2_500L);
    }

    @Test
    void service_finds_any_order_and_cancels_it_while_it_can() {
        String orderNo = world.placed();
        Tasklist tasklist = tasklist("sam").find(orderNo.toLowerCase(Locale.ROOT));

        assertThat(browser().read(Tasklist.DIALOG, orderNo)).contains("Pending payment", "Ana Souza", "EUR 25.00");
        browser().click(CANCEL);
        browser().choose(By.id("cancel-reason"), "The buyer");
        browser().type(By.id("cancel-note"), "Changed his mind");
        browser().photograph("find-order");
        world.pay(orderNo);
        world.apply(Command.shipOrder(orderNo));
        browser().click(CANCEL_NOW);
        tasklist.answer("Cancel the order");
        browser()
                .read(
                        By.cssSelector("dialog [role=alert]"),
                        "Order " + orderNo + " is shipped: it is too late or too early for CancelOrder.");
        assertThat(browser().value(By.id("cancel-note"))).isEqualTo("Changed his mind");

        String other = world.placed();
        tasklist.findAnother(other);
        browser().click(CANCEL);
        browser().choose(By.id("cancel-reason"), "The buyer");
        browser().type(By.id("cancel-note"), "Changed his mind");
        browser().click(CANCEL_NOW);
        browser().read(By.cssSelector(".orderflow-ask"), "2 pieces go back to the shelf; nothing was paid.");
        tasklist.answer("Cancel the order");
        browser().read(Tasklist.DIALOG, "Order " + other + " is cancelled.");
        assertThat(world.status(other)).isEqualTo(OrderStatus.CANCELLED);

        tasklist.findAnother("nobody's");
        browser().read(Tasklist.DIALOG, "There is no order and no buyer with this number.");
        tasklist.escape();
    }

    @Test
    void an_administrator_sees_which_order_stands_still_and_has_it_tried_again() {
        String orderNo = world.placed();
        reserve(orderNo, 0); // fewer than the order holds
        Job payment = world.timer("order", orderNo, "BoundaryEvent_PaymentOverdue");
        assertThatThrownBy(() -> world.fire(payment)).isNotNull();
        management.setJobRetries(payment.getId(), 1);
        assertThatThrownBy(() -> world.fire(payment)).isNotNull();
        String why = "Order " + orderNo + " stands still: \"Payment overdue\" came, but \"Release stock\" failed";

        Cockpit cockpit = cockpit("admin", "admin")
                .instance(world.running("order", orderNo).getId())
                .order();
        browser().read(By.cssSelector(".orderflow-late"), why);
        browser().photograph("stands-still");
        cockpit.tab("Incidents");
        browser().read(By.cssSelector("td.message"), why);
        browser().photograph("incident");
        reserve(orderNo, 2);
        cockpit.retry();

        world.fire(world.timer("order", orderNo, "BoundaryEvent_PaymentOverdue"));
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.CANCELLED);
    }

    @Test
    void an_administrator_halts_an_order_and_lets_it_go_on() {
        String orderNo = world.paid();
        String instance = world.running("order", orderNo).getId();
        Cockpit cockpit = cockpit("admin", "admin").instance(instance);

        cockpit.suspend();
        assertThat(world.running("order", orderNo).isSuspended()).isTrue();
        cockpit.tab("Variables");
        cockpit.order();
        browser().read(By.cssSelector(".orderflow-late"), "This process is suspended");
        cockpit.activate();
        assertThat(world.running("order", orderNo).isSuspended()).isFalse();
    }

    @Test
    void what_the_server_refuses_is_said_in_words_and_nothing_typed_is_lost() {
        String orderNo = world.paid();
        tasklist("wendy").list("To ship", orderNo).open("Ship order " + orderNo).claim();
        browser().choose(CARRIER, "Another carrier");
        browser().type(TRACKING_NUMBER, "QB-1");
        browser().click(ALL_PIECES);
        browser().run("""
                // As if the form checked less than the server does.
                angular.element(document.querySelector('form[name=form]')).scope().form.trackingNumber.$validators = {};
                """);
        String tooLong = "X".repeat(65);
        browser().type(TRACKING_NUMBER, tooLong);
        browser().click(Tasklist.COMPLETE);

        browser().read(Tasklist.REFUSED, "Tracking number has 65 characters; ");
        browser().photograph("refused");
        assertThat(browser().value(TRACKING_NUMBER)).isEqualTo(tooLong);
        assertThat(browser().value(CARRIER)).isEqualTo("OTHER");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);

        browser().type(TRACKING_NUMBER, "QB-1");
        browser().click(Tasklist.COMPLETE);
        browser().seeGone(Tasklist.SHOWN);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.SHIPPED);
    }

    @Test
    void a_task_that_somebody_else_has_finished_says_so() {
        String orderNo = world.paid();
        tasklist("wendy").list("To ship", orderNo).open("Ship order " + orderNo).claim();
        browser().choose(CARRIER, "Correios");
        browser().type(TRACKING_NUMBER, "QB999999999BR");
        browser().click(ALL_PIECES);

        world.apply(Command.shipOrder(orderNo));
        browser().click(Tasklist.COMPLETE);

        browser().read(By.cssSelector("[notifications-panel], .notifications"), "The task does not exist anymore");
        assertThat(browser().run("return document.querySelector('.orderflow-shown')"))
                .isNull();
        assertThat(jdbc.sql("select tracking_number from shipment where order_no = ?")
                        .param(orderNo)
                        .query(String.class)
                        .list())
                .containsExactly(Command.TRACKING_NUMBER);
    }

    @Test
    void an_overdue_held_order_says_so_and_is_released_after_a_look() {
        String orderNo = World.newOrderNo();
        world.apply(Command.placeOrder(orderNo, world.stocked(5), 2).with("currency", "CHF"));
        world.pay(orderNo);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.PAID);
        String task = "Review order " + orderNo;
        Task late = world.task("order", orderNo, "UserTask_ReviewOrder");
        late.setDueDate(Date.from(late.getCreateTime().toInstant().minus(Duration.ofHours(50))));
        tasks.saveTask(late);

        Tasklist tasklist =
                tasklist("sam").list("To review", orderNo).open(task).claim();
        assertThat(browser().read(Tasklist.SHOWN, orderNo))
                .contains("Paid CHF 25.00", "Ana Souza")
                .contains("This task is overdue: it was due 2 days ago, on ");
        assertThat(browser().isEnabled(Tasklist.COMPLETE)).isFalse();
        browser().click(By.name("checked"));
        browser().photograph("review-order");
        tasklist.complete(task);

        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
    }

    @Test
    void a_refund_by_hand_is_settled_once_finance_has_said_yes() {
        String orderNo = world.paid();
        world.apply(Command.cancelOrder(orderNo));
        String refund = world.refunds(orderNo).get(0).refundId();
        world.apply(Command.refundFailed(orderNo, refund).with("reason", NASTY));
        String task = "Refund by hand " + refund;

        Tasklist tasklist = tasklist("fiona").list("Refund by hand", refund);
        assertThat(tasklist.card(task)).contains("EUR 25.00, order " + orderNo);
        tasklist.open(task).claim();
        browser().read(Tasklist.SHOWN, NASTY);
        assertThat(browser().isEnabled(Tasklist.COMPLETE)).isFalse();
        browser().type(By.id("provider-reference"), "SEPA 4711");
        browser().type(By.id("note"), "Account closed, paid to the new one");
        browser().photograph("refund-by-hand");
        browser().click(Tasklist.COMPLETE);
        browser().read(Tasklist.DIALOG, "Has EUR 25.00 gone back?");
        tasklist.answer("Not yet");
        assertThat(world.refunds(orderNo)).extracting(World.Refund::status).containsExactly("ESCALATED");
        browser().click(Tasklist.COMPLETE);
        tasklist.answer("Yes, it has gone back");

        tasklist.seeGone(task);
        assertThat(world.refunds(orderNo)).extracting(World.Refund::status).containsExactly("SETTLED");
        assertThat(actor(orderNo, "RefundSettled")).isEqualTo("engine:fiona");
        seeNothingRun();
    }

    @Test
    void of_two_payments_for_one_unknown_number_each_has_its_own_task() {
        String unknown = World.newOrderNo();
        lost(unknown, 700);
        lost(unknown, 2_500);
        String orderNo = world.placed();
        String task = "Assign or refund " + unknown;

        Tasklist tasklist = tasklist("fiona")
                .list("Unassigned payments", unknown)
                .open(task)
                .claim();
        assertThat(browser().read(Tasklist.SHOWN, "EUR 7.00")).doesNotContain("EUR 25.00");
        browser().choose(By.id("decision"), "Send it back");
        browser().click(Tasklist.COMPLETE);
        browser().read(Tasklist.DIALOG, "Send EUR 7.00 back?");
        tasklist.answer("Send it back");
        browser().seeGone(Tasklist.SHOWN);
        assertThat(world.refunds(unknown)).extracting(World.Refund::amount).containsExactly(700L);
        browser().seeGone(By.xpath("//*[@class='orderflow-card'][contains(.,'7.00')]"));

        tasklist.open(task).claim();
        browser().read(Tasklist.SHOWN, "EUR 25.00");
        browser().choose(By.id("decision"), "Assign it to an order");
        browser().type(By.id("assign-to"), orderNo + "0");
        browser().read(By.cssSelector(".has-error"), "There is no order with this number.");
        assertThat(browser().isEnabled(Tasklist.COMPLETE)).isFalse();
        browser().type(By.id("assign-to"), orderNo);
        assertThat(browser().read(By.cssSelector(".orderflow-found"), orderNo))
                .contains("Pending payment", "EUR 25.00");
        browser().photograph("assign-or-refund");
        browser().click(Tasklist.COMPLETE);
        browser().read(Tasklist.DIALOG, "Assign EUR 25.00 to order " + orderNo + "?");
        tasklist.answer("Assign it");
        tasklist.seeGone(task);
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
    }

    @Test
    void what_others_send_stays_text() {
        String orderNo = World.newOrderNo();
        Command order = Command.placeOrder(orderNo, world.stocked(5), 2);
        Map<?, ?> line = (Map<?, ?>) ((List<?>) order.data().get("lines")).get(0);
        world.apply(order.with(
                "lines",
                List.of(Map.of("sku", line.get("sku"), "title", NASTY, "quantity", 2, "unitPrice", Command.PRICE))));
        world.pay(orderNo);
        world.apply(Command.shipOrder(orderNo).with("carrier", NASTY).with("trackingNumber", "<b>1</b>"));

        tasklist("sam").list("Confirm receipt", orderNo).open("Confirm receipt " + orderNo);
        assertThat(browser().read(Tasklist.SHOWN, orderNo)).contains(NASTY, "<b>1</b>");
        seeNothingRun();

        cockpit("sam").instance(world.running("order", orderNo).getId()).order();
        assertThat(browser().read(Cockpit.ORDER, orderNo)).contains(NASTY, "<b>1</b>");
        seeNothingRun();
    }

    @Test
    void what_buyers_write_stays_text() {
        String reviewed = world.received();
        world.apply(Command.submitReview(reviewed).with("comment", NASTY));
        world.send(Command.paymentCaptured(reviewed, 100));
        String cancelled = world.paid();
        world.apply(Command.cancelOrder(cancelled).with("note", NASTY));

        for (String orderNo : List.of(reviewed, cancelled)) {
            String refund = world.refunds(orderNo).get(0).refundId();
            world.fire(world.timer("refund", refund, "BoundaryEvent_RefundOverdue"));

            tasklist("fiona").list("Refund by hand", refund).open("Refund by hand " + refund);
            browser().read(Tasklist.SHOWN, NASTY);
            seeNothingRun();
        }
    }

    /** Else the two tests above would prove nothing. */
    @Test
    void what_is_not_kept_as_text_would_run() {
        browser().open("about:blank");
        browser().run("document.body.innerHTML = '" + NASTY + "'");

        await().untilAsserted(
                        () -> assertThat(browser().run("return window.hacked")).isEqualTo(1L));
        browser().open("http://127.0.0.1:" + port + "/camunda/"); // where its cookies are forgotten
    }

    /** Money for an order that never came, on finance's desk. */
    private void lost(String orderNo, long amount) {
        world.send(Command.paymentCaptured(orderNo, amount));
        for (ProcessInstance waiting : runtime.createProcessInstanceQuery()
                .processDefinitionKey("payment")
                .processInstanceBusinessKey(orderNo)
                .list()) {
            management
                    .createJobQuery()
                    .processInstanceId(waiting.getId())
                    .activityId("BoundaryEvent_ParkingOverdue")
                    .list()
                    .forEach(world::fire);
        }
    }

    private void reserve(String orderNo, int pieces) {
        jdbc.sql("update stock set reserved = :pieces where sku = :sku")
                .param("pieces", pieces)
                .param("sku", world.sku(orderNo))
                .update();
    }

    private String actor(String orderNo, String event) {
        return jdbc.sql("select actor from order_event where subject = :orderNo and type = :event")
                .param("orderNo", orderNo)
                .param("event", event)
                .query(String.class)
                .single();
    }

    private void seeNothingRun() {
        assertThat(browser().run("return window.hacked")).isNull();
        assertThat(browser().readAll(By.cssSelector(".orderflow-order img, .orderflow-order b")))
                .isEmpty();
    }

    private Tasklist tasklist(String name) {
        return Tasklist.of(browser(), port, name);
    }

    private Cockpit cockpit(String name) {
        return cockpit(name, name + "'s password");
    }

    private Cockpit cockpit(String name, String password) {
        return Cockpit.of(browser(), port, name, password);
    }

    private static Browser browser() {
        return Objects.requireNonNull(found);
    }

    private void employ(String name, String firstName, String lastName, String group) {
        if (identity.createUserQuery().userId(name).count() > 0) {
            return;
        }
        User user = identity.newUser(name);
        user.setFirstName(firstName);
        user.setLastName(lastName);
        user.setPassword(name + "'s password");
        identity.saveUser(user);
        identity.createMembership(name, group);
    }
}
