package dev.orderflow.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.security.Visitor.Answer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Every door from outside: who gets in, who does not, and how they are told. */
@OrderflowTest
class SecurityTests {

    @LocalServerPort
    int port;

    @Autowired
    IdentityService identity;

    @Autowired
    TaskService tasks;

    @Autowired
    FilterService filters;

    @Autowired
    Callers callers;

    @Autowired
    JdbcClient jdbc;

    private final List<String> made = new ArrayList<>();

    @BeforeEach
    void employ() {
        employ("wendy", Groups.WAREHOUSE);
        employ("sam", Groups.SERVICE);
    }

    @AfterEach
    void clearDesk() {
        made.forEach(id -> tasks.deleteTask(id, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/engine-rest/task",
                "/engine-rest/engine/default/task",
                "/api/orders",
                "/api/commands",
                "/actuator/prometheus",
                "/actuator"
            })
    void nobody_gets_in_without_a_name(String path) {
        Answer answer = nobody().get(path);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("Content-Type")).containsExactly("application/problem+json");
        assertThat(answer.header("WWW-Authenticate")).isNotEmpty();
        assertThat(answer.json().get("status").asInt()).isEqualTo(401);
    }

    @Test
    void a_page_in_a_browser_gets_its_answer_without_a_password_window() {
        Answer answer = nobody().send(
                        nobody().request("/api/orders").header("Cookie", "a=b").GET());

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).isEmpty();
    }

    @Test
    void health_and_documentation_are_open_and_tell_nothing_more() {
        assertThat(nobody().get("/actuator/health").json().fieldNames())
                .toIterable()
                .doesNotContain("components");
        assertThat(nobody().get("/v3/api-docs").status()).isEqualTo(200);
        assertThat(nobody().get("/schemas/none.json").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/elsewhere", "/error", "/api-docs", "/engine-rest2/task"})
    void everything_else_is_not_there(String path) {
        assertThat(nobody().get(path).status()).isEqualTo(404);
        assertThat(admin().get(path).status()).isEqualTo(404);
    }

    @Test
    void a_machine_comes_in_by_its_key_or_by_its_name_and_key() {
        assertThat(Visitor.withKey(port, "shop").get("/engine-rest/task").status())
                .isEqualTo(200);
        assertThat(Visitor.named(port, "shop", "shop").get("/engine-rest/task").status())
                .isEqualTo(200);
    }

    @Test
    void a_wrong_key_opens_nothing() {
        for (Visitor visitor : List.of(
                Visitor.withKey(port, "shop2"),
                Visitor.withKey(port, ""),
                Visitor.named(port, "shop", "dashboard"), // right, but another's
                Visitor.named(port, "nobody", "shop"))) {
            assertThat(visitor.get("/engine-rest/task").status()).isIn(401, 429);
        }
        assertThat(nobody().send(nobody().request("/api/orders")
                                .header("Authorization", "Digest x")
                                .GET())
                        .status())
                .isEqualTo(401);
    }

    @Test
    void a_group_opens_only_its_own_doors() {
        Visitor dashboard = Visitor.withKey(port, "dashboard");
        assertThat(dashboard.get("/actuator/prometheus").status()).isNotIn(401, 403);
        assertThat(dashboard.get("/api/orders").status()).isEqualTo(403);
        assertThat(dashboard.get("/engine-rest/task").status()).isEqualTo(403);

        Visitor shop = Visitor.withKey(port, "shop");
        assertThat(shop.get("/api/orders").status()).isNotIn(401, 403);
        assertThat(shop.get("/api/dead-letters").status()).isEqualTo(403);
        assertThat(shop.post("/api/dead-letters/1/retry", "").status()).isEqualTo(403);
        assertThat(shop.get("/actuator/prometheus").status()).isEqualTo(403);
        assertThat(shop.send("DELETE", "/api/orders/1", "").status()).isEqualTo(403);

        assertThat(sam().get("/api/dead-letters").status()).isNotIn(401, 403);
    }

    @Test
    void a_clerk_sees_and_touches_only_tasks_of_her_group() {
        String hers = task(Groups.WAREHOUSE);
        String not = task(Groups.SERVICE);

        // The newest: other tests leave more tasks than one answer holds.
        assertThat(wendy().get("/engine-rest/task?sortBy=created&sortOrder=desc&maxResults=200")
                        .json()
                        .findValuesAsText("id"))
                .contains(hers)
                .doesNotContain(not);
        assertThat(wendy().get("/engine-rest/task/" + not).status()).isEqualTo(404);
        assertThat(wendy().post("/engine-rest/task/" + not + "/claim", "{\"userId\":\"wendy\"}")
                        .status())
                .isEqualTo(403);
        assertThat(wendy().post("/engine-rest/task/" + hers + "/claim", "{\"userId\":\"wendy\"}")
                        .status())
                .isEqualTo(204);
        assertThat(wendy().post("/engine-rest/message", "{\"messageName\":\"CancelOrder\",\"businessKey\":\"none\"}")
                        .status())
                .isIn(400, 403);
    }

    @Test
    void a_clerk_finds_the_lists_of_her_work() {
        assertThat(wendy().get("/engine-rest/filter").json().findValuesAsText("name"))
                .contains("To ship", "My tasks", "Overdue", "Unassigned")
                .doesNotContain("To review", "Refund by hand");
        for (String id : wendy().get("/engine-rest/filter").json().findValuesAsText("id")) {
            Answer list = wendy().get("/engine-rest/filter/" + id + "/list");
            assertThat(list.status()).as(list.toString()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/camunda/api/admin/setup/default/user/create",
                "/camunda/api/admin/SETUP/default/user/create",
                "/camunda/api/admin/%73etup/default/user/create",
                "/camunda/api/admin/setup;x=1/default/user/create",
                "/camunda/api/admin//setup/default/user/create",
                "/camunda/api/admin/./setup/default/user/create",
                "/camunda/app/admin/default/setup/",
                "/camunda/app/admin/default/setup"
            })
    void nobody_makes_a_first_administrator_through_the_setup_page(String path) {
        String user =
                "{\"profile\":{\"id\":\"eve\",\"firstName\":\"E\",\"lastName\":\"E\"},\"credentials\":{\"password\":\"e\"}}";

        assertThat(nobody().post(path, user).status()).isGreaterThanOrEqualTo(400);
        assertThat(nobody().get(path).status()).isGreaterThanOrEqualTo(400);
        assertThat(identity.createUserQuery().userId("eve").count()).isZero();
    }

    @Test
    void nobody_deploys_through_the_engines_api() {
        String model =
                "--x\r\nContent-Disposition: form-data; name=\"m.bpmn\"; filename=\"m.bpmn\"\r\n\r\n<x/>\r\n--x--\r\n";

        for (String path : List.of("/engine-rest/deployment/create", "/engine-rest/engine/default/deployment/create")) {
            Answer answer = admin().send(admin().request(path)
                    .header("Content-Type", "multipart/form-data; boundary=x")
                    .POST(BodyPublishers.ofString(model)));
            assertThat(answer.status()).as(path).isEqualTo(403);
        }
        Visitor inTasklist = Visitor.inTasklist(port, "admin", "admin");
        Answer answer = inTasklist.send(inTasklist
                .request("/camunda/api/engine/engine/default/deployment/create")
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofString(model)));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(admin().get("/engine-rest/deployment").json()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'assigneeExpression':'X'}",
                "{'orQueries':[{'assigneeExpression':'X'}]}",
                "{'orQueries':[{'dueBeforeExpression':'X'}]}",
                "{'orQueries':[{'candidateGroupsExpression':'X'}]}"
            })
    void an_expression_in_a_query_runs_nothing(String query) {
        String evidence = "orderflow.evidence";
        String body =
                query.replace('\'', '"').replace("X", "${systemProperties.setProperty('" + evidence + "','it ran')}");

        Answer answer = shop().post("/engine-rest/task", body);
        Answer stored = admin().post(
                        "/engine-rest/filter/create",
                        "{\"resourceType\":\"Task\",\"name\":\"evil\",\"query\":" + body + ",\"properties\":{}}");

        assertThat(System.getProperty(evidence)).isNull();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        if (stored.status() == 200) {
            String id = stored.json().get("id").asText();
            assertThat(admin().get("/engine-rest/filter/" + id + "/list").status())
                    .isEqualTo(400);
            Visitor.inTasklist(port, "admin", "admin")
                    .post("/camunda/api/engine/engine/default/filter/" + id + "/list", "{}");
            filters.deleteFilter(id);
        }
        assertThat(System.getProperty(evidence)).isNull();
    }

    @Test
    void the_models_talk_among_themselves_undisturbed() {
        for (String message : List.of("OrderCovered", "OrderRegistered", "NoSuchMessage")) {
            Answer answer = shop().post(
                            "/engine-rest/message", "{\"messageName\":\"" + message + "\",\"businessKey\":\"A-1\"}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("There is no message " + message);
        }
        assertThat(shop().post("/engine-rest/message", "{\"businessKey\":\"A-1\"}")
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,process-instance/x/variables/covered",
        "POST,process-instance/x/modification",
        "DELETE,process-instance/x",
        "POST,execution/x/messages/OrderCovered/trigger",
        "POST,signal",
        "POST,process-definition/key/order/start",
        "PUT,job/x/duedate",
        "POST,modification/execute"
    })
    void only_administrators_move_an_order_past_its_rules(String method, String what) {
        String rest = "/engine-rest/" + what;
        String behindTasklist = "/camunda/api/engine/engine/default/" + what;

        assertThat(shop().send(method, rest, "{}").status()).isEqualTo(403);
        assertThat(sam().send(method, rest, "{}").status()).isEqualTo(403);
        Answer answer = Visitor.inTasklist(port, "sam", "sam's password").send(method, behindTasklist, "{}");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("Content-Type")).containsExactly("application/problem+json");
        assertThat(admin().send(method, rest, "{}").status()).isNotIn(401, 403);
    }

    @Test
    void a_form_in_tasklist_reads_orders_but_its_session_opens_nothing_else() {
        Visitor tasklist = Visitor.inTasklist(port, "wendy", "wendy's password");
        String session = tasklist.session();

        for (int i = 0; i < 8; i++) {
            Answer answer = tasklist.get("/api/orders/none");
            assertThat(answer.status()).isNotIn(401, 403);
            assertThat(answer.header("Set-Cookie")).isEmpty();
        }
        assertThat(tasklist.post("/api/commands", "{}").status()).isEqualTo(401);
        assertThat(tasklist.get("/engine-rest/task").status()).isEqualTo(401);
        assertThat(tasklist.get("/actuator/prometheus").status()).isEqualTo(401);
        assertThat(tasklist.session()).isEqualTo(session);
        assertThat(tasklist.get("/camunda/api/engine/engine/default/filter").status())
                .isEqualTo(200);
    }

    @Test
    void a_thousand_requests_with_a_password_cost_one_check_of_it() {
        String header = "Basic "
                + Base64.getEncoder().encodeToString("wendy:wendy's password".getBytes(StandardCharsets.UTF_8));
        callers.of(header, "127.0.0.1");
        Instant start = Instant.now();

        for (int i = 0; i < 1000; i++) {
            assertThat(callers.of(header, "127.0.0.1").name()).isEqualTo("wendy");
        }

        // A millisecond each; checking each would take more than a minute.
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(1));
        assertThat(jdbc.sql("select pwd_ from act_id_user where id_ = 'wendy'")
                        .query(String.class)
                        .single())
                .startsWith("{bcrypt}$2a$10$");
    }

    @Test
    void who_guesses_at_tasklists_login_is_slowed_down_too() {
        employ("oscar", Groups.SERVICE);
        Visitor guesser = nobody();
        guesser.get("/camunda/app/tasklist/default/");

        for (int i = 0; i < 8; i++) {
            assertThat(login(guesser, "oscar", "guess" + i).status()).isEqualTo(401);
        }

        assertThat(login(guesser, "oscar", "oscar's password").status())
                .as("the right one among guesses")
                .isEqualTo(401);
        assertThat(jdbc.sql("select lock_exp_time_ > now() from act_id_user where id_ = 'oscar'")
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void no_query_brings_a_table_into_memory() {
        for (String path : List.of("/engine-rest/task", "/engine-rest/task?sortBy=created&sortOrder=asc")) {
            assertThat(shop().get(path).status()).isEqualTo(200);
        }
        assertThat(shop().get("/engine-rest/task?maxResults=2000").status()).isEqualTo(200);
        assertThat(shop().get("/engine-rest/task?maxResults=2001").status()).isEqualTo(400);
        assertThat(shop().post("/engine-rest/task", "{}").status()).isEqualTo(200);
    }

    @Test
    void a_body_that_is_too_long_is_not_read() {
        String stated = "{\"name\":\"" + "x".repeat(1 << 20) + "\"}";
        assertThat(shop().post("/engine-rest/task", stated).status()).isEqualTo(413);
        assertThat(nobody().post("/api/commands", stated).status()).isEqualTo(413);

        Answer unstated = shop().send(shop().request("/engine-rest/task")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(stated.getBytes(StandardCharsets.UTF_8)))));
        assertThat(unstated.status()).isEqualTo(413);
    }

    @Test
    void what_is_not_json_is_said_so() {
        Answer answer = shop().post("/engine-rest/message", "{\"messageName\":");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).containsExactly("application/problem+json");
        assertThat(answer.body()).doesNotContain("com.fasterxml", "org.camunda");
    }

    private Answer login(Visitor visitor, String name, String password) {
        return visitor.send(visitor.request("/camunda/api/admin/auth/user/default/login/tasklist")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("username=" + name + "&password=" + password.replace(' ', '+'))));
    }

    private Visitor nobody() {
        return Visitor.nobody(port);
    }

    private Visitor admin() {
        return Visitor.named(port, "admin", "admin");
    }

    private Visitor shop() {
        return Visitor.withKey(port, "shop");
    }

    private Visitor wendy() {
        return Visitor.named(port, "wendy", "wendy's password");
    }

    private Visitor sam() {
        return Visitor.named(port, "sam", "sam's password");
    }

    private void employ(String name, String group) {
        if (identity.createUserQuery().userId(name).count() == 0) {
            User user = identity.newUser(name);
            user.setPassword(name + "'s password");
            identity.saveUser(user);
            identity.createMembership(name, group);
        }
    }

    private String task(String group) {
        Task task = tasks.newTask();
        tasks.saveTask(task);
        tasks.addCandidateGroup(task.getId(), group);
        made.add(task.getId());
        return task.getId();
    }
}
