package dev.orderflow.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.security.Visitor.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What every answer tells a browser, whichever door gave it and whatever it says, and what no answer tells anybody. */
@OrderflowTest
class HeadersTests {

    @LocalServerPort
    int port;

    /** The doors of the README, each with what is there, what is not, and what is refused. */
    @ParameterizedTest
    @CsvSource({
        "GET, /api/orders, shop, 200",
        "GET, /api/orders/none, shop, 404",
        "GET, /api/orders?limit=x, shop, 400",
        "GET, /api/orders, , 401",
        "GET, /api/dead-letters, shop, 403",
        "POST, /api/commands, shop, 400",
        "POST, /api/commands, , 401",
        "GET, /engine-rest/task, shop, 200",
        "GET, /engine-rest/task/none, shop, 404",
        "GET, /engine-rest/nothing, shop, 404",
        "GET, /engine-rest/task?maxResults=9999, shop, 400",
        "GET, /engine-rest/task, , 401",
        "PUT, /engine-rest/job/1/duedate, shop, 403",
        "POST, /engine-rest/deployment/create, admin, 403",
        "GET, /camunda/app/tasklist/default/, , 200",
        "GET, /camunda/app/orderflow/order.css, , 200",
        "GET, /camunda/app/nothing, , 404",
        "GET, /camunda/api/engine/engine/default/task, , 401",
        "GET, /camunda/app/admin/default/setup, , 403",
        "GET, /camunda/, , 302",
        "GET, /, , 302",
        "GET, /favicon.ico, , 404",
        "GET, /actuator/health, , 200",
        "GET, /actuator/health/nothing, , 404",
        "GET, /actuator/prometheus, , 401",
        "GET, /actuator/invariants, admin, 200",
        "GET, /v3/api-docs, , 200",
        "GET, /swagger-ui/index.html, , 200",
        "GET, /swagger-ui/nothing, , 404",
        "GET, /schemas/PlaceOrder.json, , 200",
        "GET, /elsewhere, , 404",
        "GET, /error, , 404",
        "GET, //api/orders, shop, 400",
        "GET, /engine-rest//task, shop, 400",
        "GET, /engine-rest;x/task, shop, 400",
        "GET, /%65ngine-rest/task, shop, 400",
        "GET, /camunda/%2e%2e/engine-rest/task, shop, 400",
        "GET, /api/orders%2Fnone, shop, 400",
    })
    void every_answer_is_safe_to_show(String method, String path, String who, int status) {
        Answer answer = visitor(who).send(method, path, "");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.header("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(answer.header("X-Frame-Options")).containsExactly("DENY");
        assertThat(answer.header("Referrer-Policy")).containsExactly("no-referrer");
        assertThat(answer.header("Content-Security-Policy"))
                .singleElement()
                .asString()
                .contains("default-src '")
                .contains("frame-ancestors 'none'");
        assertThat(answer.header("Server")).isEmpty();
        assertThat(answer.header("X-Powered-By")).isEmpty();
        assertThat(answer.body()).doesNotContain("org.camunda", "org.springframework", "Tomcat", "java.lang");
        if (status >= 400 && !answer.body().isEmpty()) {
            assertThat(answer.header("Content-Type"))
                    .singleElement()
                    .asString()
                    .isIn("application/problem+json", "application/json");
        }
    }

    /** What is personal or changes is asked for again, each time. */
    @ParameterizedTest
    @CsvSource({
        "/api/orders, shop",
        "/api/orders/none, shop",
        "/api/stock/none, shop",
        "/api/dead-letters, admin",
        "/engine-rest/task, shop",
        "/engine-rest/user, admin",
        "/actuator/invariants, admin",
        "/camunda/api/engine/engine/default/task, session"
    })
    void no_data_stays_in_a_browser(String path, String who) {
        Visitor visitor = who.equals("session") ? Visitor.inTasklist(port, "admin", "admin") : visitor(who);

        assertThat(visitor.get(path).header("Cache-Control"))
                .singleElement()
                .asString()
                .containsAnyOf("no-store", "no-cache");
    }

    /** Requests that reach none of our code, because the server itself gives up on them. */
    @ParameterizedTest
    @ValueSource(
            strings = {"GET /% HTTP/1.1", "GET /a%2Fb HTTP/1.1", "GET /a b HTTP/1.1", "CONNECT /api/orders HTTP/1.1"})
    void what_the_server_cannot_read_gets_our_words_too(String line) throws IOException {
        String answer;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write((line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }

        assertThat(answer)
                .containsPattern("^HTTP/1.1 (400|501)")
                .contains("application/problem+json", "nosniff", "\"type\":\"about:blank\"")
                .doesNotContainIgnoringCase("<html", "tomcat", "apache");
    }

    private Visitor visitor(String who) {
        if (who == null) {
            return Visitor.nobody(port);
        }
        return who.equals("admin") ? Visitor.named(port, "admin", "admin") : Visitor.withKey(port, who);
    }
}
