package dev.orderflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class StartupCheckTests {

    private static final String NO_DATABASE = "--spring.datasource.url=";
    private static final String NO_BROKER = "--spring.rabbitmq.host=";
    private static final String A_BROKER = "--spring.rabbitmq.host=broker";

    @Test
    void a_missing_database_is_named_in_one_sentence(CapturedOutput output) {
        assertRefused(output, "SPRING_DATASOURCE_URL is not set", NO_DATABASE, A_BROKER);
    }

    @Test
    void a_missing_broker_is_named_in_one_sentence(CapturedOutput output) {
        assertRefused(
                output, "SPRING_RABBITMQ_HOST is not set", "--spring.datasource.url=jdbc:postgresql://db/x", NO_BROKER);
    }

    @Test
    void another_kind_of_database_is_refused(CapturedOutput output) {
        assertRefused(
                output, "does not start with jdbc:postgresql:", "--spring.datasource.url=jdbc:mysql://db/x", A_BROKER);
    }

    @Test
    void a_database_that_does_not_answer_is_named_without_its_parameters(CapturedOutput output) throws IOException {
        String url = "jdbc:postgresql://127.0.0.1:" + closedPort() + "/orderflow";

        assertRefused(
                output,
                "the database " + url + " gives no connection",
                "--spring.datasource.url=" + url + "?password=secret",
                A_BROKER);
        assertThat(output.getErr()).doesNotContain("secret");
    }

    private static void assertRefused(CapturedOutput output, String reason, String... arguments) {
        SpringApplicationBuilder application = new SpringApplicationBuilder(Nothing.class)
                .web(WebApplicationType.NONE)
                .listeners(new StartupCheck());

        assertThatThrownBy(() -> application.run(arguments)).isInstanceOf(StartupCheck.CannotStart.class);
        assertThat(output.getErr().lines())
                .singleElement()
                .asString()
                .startsWith("Orderflow cannot start: ")
                .contains(reason);
        assertThat(output.getOut()).doesNotContain("\tat ");
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Nothing {}
}
