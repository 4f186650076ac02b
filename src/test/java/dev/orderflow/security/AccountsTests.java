package dev.orderflow.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Accounts as an operator writes them, in a file or in the environment. */
class AccountsTests {

    private static final String KEY = "a key nobody can guess";

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Configuration.class);

    @Test
    void an_account_is_a_few_lines_of_configuration() {
        runner.withPropertyValues(
                        "orderflow.accounts.wms.key=" + KEY,
                        "orderflow.accounts.wms.groups=integration,warehouse",
                        "orderflow.accounts.wms.sources=/wms/**,/carrier/dhl")
                .run(context -> {
                    Caller wms = context.getBean(Accounts.class).withKey(KEY).orElseThrow();
                    assertThat(wms.name()).isEqualTo("wms");
                    assertThat(wms.groups()).containsExactlyInAnyOrder(Groups.INTEGRATION, Groups.WAREHOUSE);
                    assertThat(wms.sources()).containsExactly("/wms/**", "/carrier/dhl");
                });
    }

    @Test
    void or_of_environment_and_the_key_a_file(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("key"), KEY + "\n");
        runner.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "systemEnvironment",
                                Map.of(
                                        "ORDERFLOW_ACCOUNTS_WMS_KEY_FILE", file.toString(),
                                        "ORDERFLOW_ACCOUNTS_WMS_GROUPS", "integration",
                                        "ORDERFLOW_ACCOUNTS_WMS_SOURCES", "/wms/**"))))
                .run(context -> assertThat(context.getBean(Accounts.class).withKey("wms", KEY))
                        .isPresent());
    }

    @Test
    void without_accounts_no_machine_comes_in() {
        runner.run(context ->
                assertThat(context.getBean(Accounts.class).withKey("")).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "groups=integration | has no key",
                "key= | is empty",
                "key=short | shorter than 16",
                "key-file=/no/such/file | cannot be read",
                "key=a key nobody can guess,groups=root | may hold",
                "key=a key nobody can guess,sources=/shop* | for everything below",
            })
    void what_would_be_unsafe_does_not_start(String account, String reason) {
        String[] properties = Arrays.stream(account.split(","))
                .map(property -> "orderflow.accounts.wms." + property)
                .toArray(String[]::new);

        runner.withPropertyValues(properties)
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("orderflow.accounts.wms")
                        .hasStackTraceContaining(reason));
    }

    @Test
    void two_accounts_with_one_key_do_not_start() {
        runner.withPropertyValues("orderflow.accounts.a.key=" + KEY, "orderflow.accounts.b.key=" + KEY)
                .run(context -> assertThat(context.getStartupFailure()).hasStackTraceContaining("give each its own"));
    }

    @Test
    void a_short_key_is_enough_on_loopback() {
        runner.withPropertyValues("orderflow.accounts.shop.key=shop", "server.address=127.0.0.1")
                .run(context -> assertThat(context.getBean(Accounts.class).withKey("shop"))
                        .isPresent());
    }

    @EnableConfigurationProperties({Accounts.Settings.class, ServerProperties.class})
    @Import({Accounts.class, Fingerprints.class})
    static class Configuration {}
}
