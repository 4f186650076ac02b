package dev.orderflow.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.inventory.Inventory;
import dev.orderflow.inventory.StockLevel;
import dev.orderflow.messaging.Answer;
import dev.orderflow.messaging.Answer.Outcome;
import dev.orderflow.messaging.Inbox;
import dev.orderflow.messaging.MessageReader;
import dev.orderflow.order.CancelReason;
import dev.orderflow.order.Order;
import dev.orderflow.order.OrderNumbers;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.order.Orders;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

/** What systems, people and timers do to the application, and what its tables show afterwards. */
public class World {

    private final Inbox inbox;
    private final MessageReader reader;
    private final Orders orders;
    private final Inventory inventory;
    private final RuntimeService runtime;
    private final TaskService tasks;
    private final ManagementService management;
    private final JdbcClient jdbc;

    World(
            Inbox inbox,
            MessageReader reader,
            Orders orders,
            Inventory inventory,
            RuntimeService runtime,
            TaskService tasks,
            ManagementService management,
            JdbcClient jdbc) {
        this.inbox = inbox;
        this.reader = reader;
        this.orders = orders;
        this.inventory = inventory;
        this.runtime = runtime;
        this.tasks = tasks;
        this.management = management;
        this.jdbc = jdbc;
    }

    // What is done.

    /** Takes the message in as if it came from the queue. */
    public Answer send(Command command) {
        return inbox.receive(reader.read(command.bytes()), "queue:" + command.source());
    }

    /** The same, where the message must apply. */
    public void apply(Command command) {
        Answer answer = send(command);
        assertThat(answer.outcome())
                .as("%s: %s", command.type(), answer.reason())
                .isEqualTo(Outcome.APPLIED);
    }

    /** A sku of its own, with so many pieces in the house. */
    public String stocked(long pieces) {
        String sku = "tea-" + UUID.randomUUID();
        apply(Command.stockAdjusted(sku, pieces, Instant.parse("2026-11-22T06:00:00Z")));
        return sku;
    }

    /** An order number that nobody has used. */
    public static String newOrderNo() {
        return OrderNumbers.next();
    }

    /** An order for two pieces of a sku of its own that has five. */
    public String placed() {
        String orderNo = newOrderNo();
        apply(Command.placeOrder(orderNo, stocked(5), 2));
        return orderNo;
    }

    /** The same, paid: the warehouse has the task. */
    public String paid() {
        String orderNo = placed();
        pay(orderNo);
        return orderNo;
    }

    /** The same, shipped. */
    public String shipped() {
        String orderNo = paid();
        apply(Command.shipOrder(orderNo));
        return orderNo;
    }

    /** The same, received. */
    public String received() {
        String orderNo = shipped();
        apply(Command.confirmReceipt(orderNo));
        return orderNo;
    }

    /** Pays the order's total in one sum. */
    public void pay(String orderNo) {
        Order order = orders.find(orderNo).orElseThrow();
        apply(Command.paymentCaptured(orderNo, order.total()).with("currency", order.currency()));
    }

    /** A person completes the task. */
    public void complete(Task task, Map<String, Object> form) {
        tasks.complete(task.getId(), form);
    }

    /** The timer fires, whatever the clock says. */
    public void fire(Job timer) {
        management.executeJob(timer.getId());
    }

    // What is seen.

    /** The running instance of the model with this business key. */
    public ProcessInstance running(String model, String businessKey) {
        ProcessInstance instance = runtime.createProcessInstanceQuery()
                .processDefinitionKey(model)
                .processInstanceBusinessKey(businessKey)
                .singleResult();
        assertThat(instance).as("running %s %s", model, businessKey).isNotNull();
        return instance;
    }

    public boolean isRunning(String model, String businessKey) {
        return runtime.createProcessInstanceQuery()
                        .processDefinitionKey(model)
                        .processInstanceBusinessKey(businessKey)
                        .count()
                > 0;
    }

    public Task task(String model, String businessKey, String id) {
        Task task = tasks.createTaskQuery()
                .processDefinitionKey(model)
                .processInstanceBusinessKey(businessKey)
                .taskDefinitionKey(id)
                .singleResult();
        assertThat(task).as("task %s of %s %s", id, model, businessKey).isNotNull();
        return task;
    }

    public Job timer(String model, String businessKey, String id) {
        Job timer = management
                .createJobQuery()
                .processInstanceId(running(model, businessKey).getId())
                .activityId(id)
                .singleResult();
        assertThat(timer).as("timer %s of %s %s", id, model, businessKey).isNotNull();
        return timer;
    }

    public boolean isThere(Job timer) {
        return management.createJobQuery().jobId(timer.getId()).count() > 0;
    }

    public OrderStatus status(String orderNo) {
        return orders.find(orderNo).map(Order::status).orElseThrow();
    }

    public @Nullable CancelReason cancelReason(String orderNo) {
        return jdbc.sql("select cancel_reason from orders where order_no = :orderNo")
                .param("orderNo", orderNo)
                .query((row, i) -> Optional.ofNullable(row.getString("cancel_reason")))
                .single()
                .map(CancelReason::valueOf)
                .orElse(null);
    }

    /** The types of all events about the subject, in their order. */
    public List<String> timeline(String subject) {
        writeTimeline();
        return jdbc.sql("select type from order_event where subject = :subject order by sequence")
                .param("subject", subject)
                .query(String.class)
                .list();
    }

    /** In a test that never commits, writes what a commit would. */
    public static void writeTimeline() {
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationUtils.triggerBeforeCommit(false);
        }
    }

    public StockLevel stock(String sku) {
        return inventory.find(sku).orElseThrow();
    }

    /** The only sku of the order. */
    public String sku(String orderNo) {
        return jdbc.sql("select sku from order_line where order_no = :orderNo")
                .param("orderNo", orderNo)
                .query(String.class)
                .single();
    }

    /** What became of the order's reservation; nothing if it never had one. */
    public List<Reservation> reservations(String orderNo) {
        return jdbc.sql("select sku, quantity, state from reservation where order_no = :orderNo order by sku")
                .param("orderNo", orderNo)
                .query(Reservation.class)
                .list();
    }

    /** The ledger's payments of the order, in the order of their coming. */
    public List<Payment> payments(String orderNo) {
        return jdbc.sql("""
                        select effect, amount, currency, refunded from payment where order_no = :orderNo order by payment_key
                        """).param("orderNo", orderNo).query(Payment.class).list();
    }

    /** The refunds of the order, in the order of their payments. */
    public List<Refund> refunds(String orderNo) {
        return jdbc.sql("""
                        select refund_id, amount, currency, reason, status from refund
                        where order_no = :orderNo order by payment_key, requested_at
                        """).param("orderNo", orderNo).query(Refund.class).list();
    }

    /** A row of {@code reservation}. */
    public record Reservation(String sku, long quantity, String state) {}

    /** A row of {@code payment}. */
    public record Payment(String effect, long amount, String currency, long refunded) {}

    /** A row of {@code refund}. */
    public record Refund(String refundId, long amount, String currency, String reason, String status) {}
}
