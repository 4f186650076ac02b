package dev.orderflow.operations;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/** Somebody who collects traces: takes whatever is posted and remembers it. */
final class Collector implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final Queue<String> TAKEN = new ConcurrentLinkedQueue<>();

    /** What came so far; names and values stand in it as they are, between bytes that mean nothing here. */
    static String taken() {
        return String.join("\n", TAKEN);
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        HttpServer server = start();
        context.addApplicationListener(event -> {
            if (event instanceof ContextClosedEvent) {
                server.stop(0);
            }
        });
        TestPropertyValues.of(
                        "management.otlp.tracing.endpoint=http://127.0.0.1:"
                                + server.getAddress().getPort() + "/v1/traces",
                        // The register of engines has one place for each name, and other tests ask for the usual one.
                        "camunda.bpm.process-engine-name=watched",
                        "management.tracing.sampling.probability=1",
                        "management.opentelemetry.tracing.export.schedule-delay=100ms")
                .applyTo(context);
    }

    private static HttpServer start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/v1/traces", exchange -> {
                boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
                try (InputStream body =
                        packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
                    TAKEN.add(new String(body.readAllBytes(), StandardCharsets.ISO_8859_1));
                }
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
