package dev.orderflow.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.security.Visitor.Answer;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Every attack twice, by the same call: first on the engine as it comes, where it succeeds, then on ours, where it does not. One
 * that no longer succeeds on the bare engine proves nothing here any more, and fails too.
 */
@OrderflowTest
@TestInstance(Lifecycle.PER_CLASS)
class HardeningTests {

    private static final String EMAIL = "ana.souza@buyer.example";
    private static final String MANY = "x".repeat(2 << 20);
    private static final int GUESSES = 12;

    @LocalServerPort
    int port;

    @Autowired
    World world;

    @Autowired
    IdentityService identity;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    JdbcConnectionDetails database;

    @TempDir
    static Path folder;

    private BareEngine engine;
    private Target bare;
    private Target ours;

    @BeforeAll
    void standUp() throws IOException {
        for (String name : List.of("wendy", "fiona")) {
            if (identity.createUserQuery().userId(name).count() == 0) {
                User user = identity.newUser(name);
                user.setPassword(name + "'s password");
                identity.saveUser(user);
                identity.createMembership(name, name.equals("wendy") ? Groups.WAREHOUSE : Groups.FINANCE);
            }
        }
        engine = BareEngine.start(jdbc, database.getJdbcUrl(), database.getUsername(), database.getPassword());
        bare = textbook();
        ours = product();
    }

    @AfterAll
    void tearDown() {
        engine.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void what_works_on_a_bare_engine_does_not_work_here(Attack attack) {
        Answer there = attack.call().apply(bare);
        assertThat(attack.succeeds().test(bare, there))
                .as("on the bare engine: %s", abbreviated(there))
                .isTrue();

        Answer here = attack.call().apply(ours);
        assertThat(attack.succeeds().test(ours, here))
                .as("here: %s", abbreviated(here))
                .isFalse();
        assertThat(here.status()).as(abbreviated(here)).isIn(attack.answeredBy());
    }

    /** These stay on the list, because one setting would open them. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("closedByTheEngineItself")
    void what_the_engine_itself_has_closed_is_closed_here_too(Attack attack) {
        Answer there = attack.call().apply(bare);
        assertThat(attack.succeeds().test(bare, there)).as(abbreviated(there)).isFalse();

        Answer here = attack.call().apply(ours);
        assertThat(attack.succeeds().test(ours, here)).as(abbreviated(here)).isFalse();
        assertThat(here.status()).as(abbreviated(here)).isIn(attack.answeredBy());
    }

    static Stream<Attack> attacks() {
        return Stream.of(
                // Running code
                attack(
                        "an expression in a query inside a task query",
                        to -> to.shop().post("/engine-rest/task", "{\"orQueries\":[" + query(to) + "]}"),
                        Target::ran,
                        400),
                attack("an expression in a stored filter", to -> storedAndListed(to, query(to)), Target::ran, 400),
                attack(
                        "an expression inside a query of a stored filter",
                        to -> storedAndListed(to, "{\"orQueries\":[" + query(to) + "]}"),
                        Target::ran,
                        400),
                attack(
                        "a deployed model that runs an expression",
                        to -> {
                            Answer deployed = deploy(to, "camunda:expression='" + to.program() + "'");
                            to.admin().post("/engine-rest/process-definition/key/evil/start", "{}");
                            return deployed;
                        },
                        Target::ran,
                        403),
                attack(
                        "a deployed model that makes an object of a class",
                        to -> deploy(to, "camunda:class='java.util.ArrayList'"),
                        (to, answer) -> answer.status() == 200,
                        403),
                attack(
                        "a deployed model with a script",
                        to -> deploy(to, null),
                        (to, answer) -> answer.status() == 200,
                        403),

                // Coming in
                attack(
                        "a first administrator made by nobody on the setup page",
                        to -> {
                            to.nobody().get("/camunda/app/admin/default/");
                            return to.nobody().post("/camunda/api/admin/setup/default/user/create", """
                                        {"profile": {"id": "eve", "firstName": "E", "lastName": "E"},
                                         "credentials": {"password": "eve's password"}}""");
                        },
                        (to, answer) -> answer.status() == 204,
                        403),
                attack(
                        "nobody reads tasks",
                        to -> to.nobody().get("/engine-rest/task"),
                        (to, answer) -> answer.status() == 200,
                        401),
                attack(
                        "nobody pays",
                        to -> to.nobody().post("/engine-rest/message", """
                                {"messageName": "PaymentCaptured", "businessKey": "A-1"}"""),
                        (to, answer) -> answer.status() == 204,
                        401),
                attack(
                        "a page elsewhere makes a browser give a task back",
                        to -> to.browser()
                                .send(to.browser()
                                        .request("/engine-rest/task/" + to.claimed() + "/unclaim")
                                        .header("Origin", "https://elsewhere.example")
                                        .header("Content-Type", "text/plain")
                                        .POST(BodyPublishers.noBody())),
                        (to, answer) -> answer.status() == 204,
                        401),
                attack(
                        "guessing passwords as fast as the line allows",
                        to -> {
                            Answer last = null;
                            for (int guess = 0; guess < GUESSES; guess++) {
                                last = Visitor.named(to.port(), "mallory", "guess" + guess)
                                        .post(
                                                "/engine-rest/identity/verify",
                                                "{\"username\":\"mallory\",\"password\":\"guess" + guess + "\"}");
                            }
                            return last;
                        },
                        (to, answer) -> answer.status() == 200,
                        429),

                // Seeing and doing what is others'
                attack(
                        "reading another group's task",
                        to -> to.wendy().get("/engine-rest/task"),
                        (to, answer) -> answer.body().contains(to.othersTask()),
                        200),
                attack(
                        "taking another group's task",
                        to -> to.wendy()
                                .post("/engine-rest/task/" + to.othersTask() + "/claim", "{\"userId\":\"wendy\"}"),
                        (to, answer) -> answer.status() == 204,
                        403),
                attack(
                        "a buyer's data in the engine",
                        to -> Stream.of(
                                        "variable-instance",
                                        "history/variable-instance",
                                        "history/detail",
                                        "history/task",
                                        "history/process-instance",
                                        "process-instance",
                                        "task")
                                .map(what -> to.admin().post("/engine-rest/" + what, "{}"))
                                .filter(answer ->
                                        answer.status() != 200 || answer.body().contains(EMAIL))
                                .findFirst()
                                .orElseGet(() -> to.admin().get("/engine-rest/history/user-operation")),
                        (to, answer) -> answer.body().contains(EMAIL),
                        200),
                attack(
                        "rewriting what a process decides by",
                        to -> to.shop()
                                .send("PUT", "/engine-rest/task/" + to.othersTask() + "/variables/payment", "{}"),
                        (to, answer) -> answer.status() == 204,
                        403),

                // Too much
                attack(
                        "a result of all rows there are",
                        to -> to.shop().get("/engine-rest/task?maxResults=1000000"),
                        (to, answer) -> answer.status() == 200 && answer.json().size() > BoundedQueries.MOST,
                        400),
                attack(
                        "a body of two megabytes",
                        to -> to.shop().post("/engine-rest/task", "{\"name\":\"" + MANY + "\"}"),
                        (to, answer) -> answer.status() == 200,
                        413),

                // Finding out about the inside
                attack(
                        "the list of everything the engine's API can do",
                        to -> to.shop().get("/engine-rest/application.wadl"),
                        (to, answer) -> answer.status() == 200,
                        404),
                attack(
                        "the same of the web applications'",
                        to -> to.nobody().get("/camunda/api/cockpit/application.wadl"),
                        (to, answer) -> answer.status() == 200,
                        403),
                attack(
                        "class names in an answer about a message",
                        to -> to.shop().post("/engine-rest/message", """
                                {"messageName": "ShipOrder", "businessKey": "not there"}"""),
                        (to, answer) -> answer.body().contains("org.camunda"),
                        400),
                attack(
                        "the reasons of a failure inside",
                        to -> to.admin().get("/engine-rest/metrics?maxResults=1000"),
                        (to, answer) -> answer.status() == 500 && answer.body().contains("Exception"),
                        500));
    }

    static Stream<Attack> closedByTheEngineItself() {
        return Stream.of(
                attack(
                        "an expression in a task query",
                        to -> to.shop().post("/engine-rest/task", query(to)),
                        Target::ran,
                        400),
                attack(
                        "a serialized object of Java",
                        to -> to.admin().send("PUT", "/engine-rest/task/" + to.othersTask() + "/variables/object", """
                                {"type": "Object", "value": "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==", "valueInfo": {
                                   "objectTypeName": "java.util.HashMap",
                                   "serializationDataFormat": "application/x-java-serialized-object"}}"""),
                        (to, answer) -> answer.status() < 400,
                        400,
                        500),
                attack(
                        "a page elsewhere uses the session of Tasklist without its token",
                        to -> {
                            var browser = to.browser();
                            browser.get("/camunda/app/tasklist/default/");
                            return browser.send(browser.requestWithoutToken(
                                            "/camunda/api/engine/engine/default/task/" + to.claimed() + "/unclaim")
                                    .header("Origin", "https://elsewhere.example")
                                    .POST(BodyPublishers.noBody()));
                        },
                        (to, answer) -> answer.status() < 400,
                        403));
    }

    /** The same call goes everywhere. The bare engine does not look at who makes it. */
    private record Attack(
            String what,
            Function<Target, Answer> call,
            BiPredicate<Target, Answer> succeeds,
            List<Integer> answeredBy) {

        @Override
        public String toString() {
            return what;
        }
    }

    private static Attack attack(
            String what, Function<Target, Answer> call, BiPredicate<Target, Answer> succeeds, Integer... answeredBy) {
        return new Attack(what, call, succeeds, List.of(answeredBy));
    }

    /**
     * Where an attack goes.
     *
     * @param evidence the file that a program of the attacker's makes
     * @param othersTask a task of finance
     * @param claimed a task somebody works on
     * @param browser somebody with a session in Tasklist
     */
    private record Target(int port, Path evidence, String othersTask, String claimed, Visitor nobody, Visitor browser) {

        Visitor shop() {
            return Visitor.withKey(port, "shop");
        }

        Visitor wendy() {
            return Visitor.named(port, "wendy", "wendy's password");
        }

        Visitor admin() {
            return Visitor.named(port, "admin", "admin");
        }

        /** Any program; this one leaves a file. */
        String program() {
            return "${\"\".getClass().forName(\"java.lang.Runtime\").getMethod(\"getRuntime\").invoke(null)"
                    + ".exec(\"touch " + evidence + "\").waitFor()}";
        }

        boolean ran(Answer answer) {
            try {
                return Files.deleteIfExists(evidence);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** As a textbook has it: the buyer's data in variables, whoever asks. */
    private Target textbook() {
        int port = engine.port();
        Visitor anybody = Visitor.nobody(port);
        deploy(anybody, """
                <startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent>
                <sequenceFlow id="a" sourceRef="s" targetRef="t"/>
                <userTask id="t"/>""");
        assertThat(anybody.post("/engine-rest/message", """
                        {"messageName": "PaymentCaptured", "processVariables": {"email": {"value": "%s"}}}""".formatted(EMAIL)).status())
                .isEqualTo(204);
        String task = anybody.get("/engine-rest/task").json().at("/0/id").asText();
        engine.makeTasks(BoundedQueries.MOST + 1);
        return new Target(port, folder.resolve("bare"), task, task, anybody, Visitor.nobody(port));
    }

    private Target product() {
        String orderNo = World.newOrderNo();
        Command order = Command.placeOrder(orderNo, world.stocked(5), 2);
        world.apply(order.with("customer", Map.of("id", "c-1", "name", "Ana Souza", "email", EMAIL)));
        world.pay(orderNo);
        String claimed = world.task("order", orderNo, "UserTask_ShipOrder").getId();
        String unknown = World.newOrderNo();
        world.send(Command.paymentCaptured(unknown, 700));
        world.fire(world.timer("payment", unknown, "BoundaryEvent_ParkingOverdue"));
        String others =
                world.task("payment", unknown, "UserTask_AssignOrRefund").getId();
        Visitor wendy = Visitor.inTasklist(port, "wendy", "wendy's password");
        wendy.post("/camunda/api/engine/engine/default/task/" + claimed + "/claim", "{\"userId\":\"wendy\"}");
        return new Target(port, folder.resolve("ours"), others, claimed, Visitor.nobody(port), wendy);
    }

    private static String query(Target to) {
        return "{\"assigneeExpression\":\"" + to.program().replace("\"", "\\\"") + "\"}";
    }

    private static Answer storedAndListed(Target to, String query) {
        Answer stored = to.admin().post("/engine-rest/filter/create", """
                {"resourceType": "Task", "name": "evil", "properties": {}, "query": %s}""".formatted(query));
        if (stored.status() != 200) {
            return stored;
        }
        String filter = "/engine-rest/filter/" + stored.json().get("id").asText();
        Answer listed = to.admin().get(filter + "/list");
        to.admin().send("DELETE", filter, "");
        return listed;
    }

    private static Answer deploy(Target to, String implementation) {
        String task = implementation == null
                ? "<scriptTask id=\"t\" scriptFormat=\"javascript\"><script>1</script></scriptTask>"
                : "<serviceTask id=\"t\" " + implementation + "/>";
        return deploy(to.admin(), """
                <startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="t"/>""" + task);
    }

    private static Answer deploy(Visitor visitor, String process) {
        String model = """
                <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="evil"
                             xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
                  <message id="m" name="PaymentCaptured"/>
                  <process id="%s" isExecutable="true" camunda:historyTimeToLive="P1D">%s</process>
                </definitions>""".formatted(process.contains("messageRef") ? "textbook" : "evil", process);
        return visitor.send(visitor.request("/engine-rest/deployment/create")
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofString(
                        "--x\r\nContent-Disposition: form-data; name=\"m\"; filename=\"m.bpmn\"\r\n\r\n" + model
                                + "\r\n--x--\r\n")));
    }

    private static String abbreviated(Answer answer) {
        String text = answer.toString();
        return text.length() > 300 ? text.substring(0, 300) + " …" : text;
    }
}
