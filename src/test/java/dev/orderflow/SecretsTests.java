package dev.orderflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orderflow.embedded.OrderflowTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.amqp.RabbitConnectionDetails;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.env.MockEnvironment;

/** Every secret can be a file, and none is ever told to the log, however much it tells. */
@OrderflowTest
@ExtendWith(OutputCaptureExtension.class)
class SecretsTests {

    private static final String SCHEMA = "secrets";
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @Autowired
    JdbcConnectionDetails database;

    @Autowired
    RabbitConnectionDetails broker;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    IdentityService identity;

    @LocalServerPort
    int port;

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();

    /** The broker refuses this application, and who is refused likes to say with what. */
    @Test
    void an_application_takes_its_secrets_from_files_and_logs_none() throws Exception {
        List<String> secrets = List.of(
                secret("ORDERFLOW_ADMIN_PASSWORD_FILE"),
                secret("ORDERFLOW_ACCOUNTS_SHOP_KEY_FILE"),
                secret("SPRING_RABBITMQ_PASSWORD_FILE"));
        file("SPRING_DATASOURCE_PASSWORD_FILE", database.getPassword());
        String url = database.getJdbcUrl();
        environment.putAll(Map.of(
                "SPRING_DATASOURCE_URL",
                url + (url.contains("?") ? "&" : "?") + "currentSchema=" + SCHEMA,
                "SPRING_DATASOURCE_USERNAME",
                database.getUsername(),
                "SPRING_RABBITMQ_HOST",
                broker.getFirstAddress().host(),
                "SPRING_RABBITMQ_PORT",
                String.valueOf(broker.getFirstAddress().port()),
                "SPRING_RABBITMQ_USERNAME",
                String.valueOf(broker.getUsername()),
                "ORDERFLOW_ACCOUNTS_SHOP_GROUPS",
                "integration",
                "SERVER_ADDRESS",
                "127.0.0.1",
                "SERVER_PORT",
                "0",
                "LOGGING_LEVEL_ROOT",
                "debug"));
        Path log = folder.resolve("log");

        jdbc.sql("create schema " + SCHEMA).update();
        Process application = start(log);
        try {
            await().atMost(PATIENCE).until(() -> Files.readString(log).contains("AuthenticationFailure"));
            assertThat(jdbc.sql("select count(*) from " + SCHEMA + ".act_id_user where id_ = 'admin'")
                            .query(Long.class)
                            .single())
                    .isOne();
        } finally {
            application.destroyForcibly();
            application.onExit().join();
            jdbc.sql("drop schema " + SCHEMA + " cascade").update();
        }

        assertThat(Files.readString(log)).contains(" DEBUG ").doesNotContain("the only time it is shown");
        tellsNone(Files.readString(log), secrets);
    }

    @Test
    void who_comes_in_or_does_not_leaves_no_password_in_the_log(CapturedOutput log) throws Exception {
        String wrong = "wrong-" + UUID.randomUUID();
        String right = "right-" + UUID.randomUUID();
        User user = identity.newUser("penelope");
        user.setPassword(right);
        identity.saveUser(user);
        LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
        // The server repeats every request as it came, and its headers with it.
        Set<String> loggers = Set.of("dev.orderflow", "org.springframework", "org.camunda.bpm", "org.glassfish");

        loggers.forEach(name -> logging.setLogLevel(name, LogLevel.DEBUG));
        try {
            assertThat(ask("Bearer " + wrong)).isEqualTo(401);
            assertThat(ask(basic("penelope", wrong))).isEqualTo(401);
            await().until(() -> ask(basic("penelope", right)) == 403); // who guesses waits
        } finally {
            loggers.forEach(name -> logging.setLogLevel(name, null));
            identity.deleteUser("penelope");
        }

        assertThat(log.getAll()).contains(" DEBUG ");
        tellsNone(log.getAll(), List.of(wrong, right));
    }

    @Test
    void a_secret_whose_file_is_not_there_stops_the_start_and_names_the_file() {
        var settings = new MockEnvironment().withProperty("spring.rabbitmq.password-file", "/no/such/file");

        assertThatThrownBy(() -> new SecretFiles().postProcessEnvironment(settings, new SpringApplication()))
                .isInstanceOf(StartupCheck.CannotStart.class)
                .hasMessageContaining("spring.rabbitmq.password-file /no/such/file cannot be read");
    }

    private Process start(Path log) throws IOException {
        var command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                Orderflow.class.getName());
        command.environment().keySet().removeIf(name -> name.startsWith("SPRING_") || name.startsWith("SERVER_"));
        command.environment().putAll(environment);
        command.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        return command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    /** A secret that nothing else contains, in a file that the environment names. */
    private String secret(String variable) throws IOException {
        String secret = "hidden-" + UUID.randomUUID();
        file(variable, secret);
        return secret;
    }

    private void file(String variable, String secret) throws IOException {
        Path file = Files.writeString(folder.resolve(variable), secret + "\n");
        environment.put(variable, file.toString());
    }

    private int ask(String authorization) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/engine-rest/version"))
                .header("Authorization", authorization)
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    private static void tellsNone(String log, List<String> secrets) {
        for (String secret : secrets) {
            assertThat(log.contains(secret)).as(secret).isFalse();
            assertThat(log.contains(Base64.getEncoder().encodeToString(secret.getBytes(UTF_8))))
                    .as("%s in Base64", secret)
                    .isFalse();
        }
    }

    private static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
    }
}
