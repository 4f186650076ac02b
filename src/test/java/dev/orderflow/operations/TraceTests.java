package dev.orderflow.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where somebody collects traces, a command's is there, and the events go on with it. */
@Watched
class TraceTests {

    private final String trace = UUID.randomUUID().toString().replace("-", "");
    private final String traceparent = "00-" + trace + "-00f067aa0ba902b7-01";

    @LocalServerPort
    int port;

    @Autowired
    World world;

    @Autowired
    JdbcClient jdbc;

    @Test
    void the_collector_gets_a_span_for_a_command_in_the_trace_its_sender_began() throws Exception {
        Command order = Command.placeOrder(World.newOrderNo(), world.stocked(5), 1);
        String body =
                order.json().replace("\"specversion\"", "\"traceparent\":\"" + traceparent + "\",\"specversion\"");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/commands"))
                .header("Authorization", "Bearer shop")
                .header("Content-Type", "application/cloudevents+json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();

        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);

        await().untilAsserted(() -> assertThat(Collector.taken())
                .contains("PlaceOrder", order.subject(), order.id(), "APPLIED", raw(trace)));
        assertThat(traceparents(order.subject()))
                .isNotEmpty()
                .allSatisfy(kept -> assertThat(kept)
                        .startsWith("00-" + trace + "-")
                        .endsWith("-01")
                        .isNotEqualTo(traceparent));
    }

    @Test
    void a_command_without_a_trace_begins_one() {
        String orderNo = world.placed();

        List<String> kept = traceparents(orderNo);

        assertThat(kept).isNotEmpty().allSatisfy(one -> assertThat(one).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
        await().untilAsserted(() ->
                assertThat(Collector.taken()).contains(orderNo, raw(kept.get(0).substring(3, 35))));
    }

    private List<String> traceparents(String orderNo) {
        return jdbc.sql("select traceparent from order_event where subject = ?")
                .param(orderNo)
                .query(String.class)
                .list();
    }

    /** As protobuf writes it. */
    private static String raw(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }
}
