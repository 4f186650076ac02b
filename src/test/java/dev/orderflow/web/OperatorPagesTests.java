package dev.orderflow.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What we add to Tasklist and Cockpit reaches a browser, and anew once it has changed. */
@OrderflowTest
class OperatorPagesTests {

    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orderflow/ask.js",
                "orderflow/cancel.js",
                "orderflow/order.css",
                "orderflow/order-view.js",
                "orderflow/orders.js",
                "orderflow/task-form.js",
                "orderflow/words.js",
                "tasklist/scripts/config.js",
                "tasklist/scripts/find-order.js",
                "tasklist/scripts/order-card.js",
                "tasklist/styles/user-styles.css",
                "cockpit/styles/user-styles.css",
                "cockpit/scripts/config.js",
                "cockpit/scripts/order-tab.js"
            })
    void a_browser_asks_each_time_and_fetches_only_what_is_new(String page) throws IOException, InterruptedException {
        HttpClient browser = HttpClient.newHttpClient();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/camunda/app/" + page));

        HttpResponse<String> first = browser.send(request.build(), HttpResponse.BodyHandlers.ofString());

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).isNotEmpty();
        assertThat(first.headers().allValues("Cache-Control")).containsExactly("no-cache");
        String changed = first.headers().firstValue("Last-Modified").orElseThrow();
        assertThat(browser.send(
                                request.header("If-Modified-Since", changed).build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(304);
    }
}
