package dev.orderflow.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.order.OrderStatus;
import dev.orderflow.security.Groups;
import dev.orderflow.world.Command;
import dev.orderflow.world.World;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What the README tells people to type does what it says, typed into a shell as it stands there. */
@EnabledIf(value = "hasShellAndCurl", disabledReason = "There is no bash or no curl on the path")
@OrderflowTest
class ReadmeCallsTests {

    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @LocalServerPort
    int port;

    @Autowired
    World world;

    @Autowired
    IdentityService identity;

    static boolean hasShellAndCurl() {
        return Stream.of("bash", "curl")
                .allMatch(program -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> new File(directory, program).canExecute()));
    }

    @BeforeEach
    void stockAndEmploy() {
        world.send(Command.stockAdjusted("teapot", 100, Instant.now()));
        if (identity.createUserQuery().userId("wendy").count() == 0) {
            User wendy = identity.newUser("wendy");
            wendy.setPassword("wendy's password");
            identity.saveUser(wendy);
            identity.createMembership("wendy", Groups.WAREHOUSE);
        }
    }

    @Test
    void an_order_is_placed_and_paid() throws Exception {
        List<String> calls = calls("## Run it", "## What happens");
        assertThat(calls).hasSize(2);

        Matcher placed = Pattern.compile("\"orderNo\":\"([^\"]+)\",\"status\":\"PENDING_PAYMENT\"")
                .matcher(run(calls.get(0)));
        assertThat(placed.find()).isTrue();
        String orderNo = placed.group(1);
        assertThat(calls.get(1)).contains("ORDER=7KQ4-M2XD-9T");
        run(calls.get(1).replace("7KQ4-M2XD-9T", orderNo));

        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.AWAITING_SHIPMENT);
    }

    @Test
    void an_order_lives_through_the_engines_api() throws Exception {
        List<String> calls = calls("### Through the engine's API", "## Messages out");
        assertThat(calls).hasSize(4);

        String said = run(String.join("\n", calls) + "\necho \"order $ORDER\"");

        String orderNo =
                said.substring(said.lastIndexOf("order ") + "order ".length()).strip();
        assertThat(said).contains("\"definitionKey\":\"order\"", "\"name\":\"Ship order " + orderNo + "\"");
        assertThat(world.status(orderNo)).isEqualTo(OrderStatus.SHIPPED);
    }

    /** The blocks between two headings that call the application. */
    private static List<String> calls(String from, String to) throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        return BLOCK.matcher(readme.substring(readme.indexOf(from), readme.indexOf(to)))
                .results()
                .map(block -> block.group(1))
                .filter(block -> block.contains("curl"))
                .toList();
    }

    private String run(String typed) throws IOException, InterruptedException {
        String script = "set -euo pipefail\ncurl() { command curl -fsS --noproxy '*' \"$@\"; }\n"
                + typed.replace("127.0.0.1:8080", "127.0.0.1:" + port)
                        .replace("-u wendy:wendy", "-u \"wendy:wendy's password\"");
        Process shell = new ProcessBuilder("bash", "-c", script)
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).as(said).isZero();
        return said;
    }
}
