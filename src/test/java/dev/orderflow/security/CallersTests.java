package dev.orderflow.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpSession;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.security.authentication.BadCredentialsException;

/** What one check of a password is good for, and what guessing gets. */
class CallersTests {

    private static final String HERE = "127.0.0.1";
    private static final String ELSEWHERE = "127.0.0.2";

    private Instant now = Instant.parse("2026-11-22T10:00:00Z");
    private final AtomicInteger checks = new AtomicInteger();
    private final Callers callers = callers();

    @Test
    void a_thousand_requests_check_a_password_once() {
        IntStream.range(0, 1000).parallel().forEach(i -> callers.of(basic("wendy", "right"), HERE));

        assertThat(checks).hasValue(1);
    }

    @Test
    void after_five_minutes_the_password_is_checked_again() {
        callers.of(basic("wendy", "right"), HERE);
        now = now.plus(Callers.REMEMBERED).plusSeconds(1);
        callers.of(basic("wendy", "right"), HERE);

        assertThat(checks).hasValue(2);
    }

    @Test
    void a_remembered_password_is_nobody_elses() {
        callers.of(basic("wendy", "right"), HERE);

        assertThatThrownBy(() -> callers.of(basic("wend", "yright"), HERE)).isInstanceOf(BadCredentialsException.class);
        assertThatThrownBy(() -> callers.of(basic("sam", "right"), HERE)).isInstanceOf(BadCredentialsException.class);
    }

    @Test
    void who_guesses_waits_longer_and_longer_and_the_engine_is_not_asked_meanwhile() {
        for (int i = 0; i < WrongPasswords.FREE_PER_NAME; i++) {
            wrong("wendy", HERE, BadCredentialsException.class);
        }
        int asked = checks.get();
        wrong("wendy", HERE, TooManyWrongPasswords.class);
        assertThatThrownBy(() -> callers.of(basic("wendy", "right"), HERE)).isInstanceOf(TooManyWrongPasswords.class);
        assertThat(checks).hasValue(asked);

        now = now.plusSeconds(2);
        wrong("wendy", HERE, BadCredentialsException.class);
        now = now.plusSeconds(1);
        wrong("wendy", HERE, TooManyWrongPasswords.class);
        now = now.plusSeconds(2);
        assertThat(callers.of(basic("wendy", "right"), HERE).name()).isEqualTo("wendy");
    }

    @Test
    void guessing_at_one_place_shuts_out_nobody_at_another() {
        for (int i = 0; i < 20; i++) {
            wrong("wendy", HERE, RuntimeException.class);
        }

        assertThat(callers.of(basic("wendy", "right"), ELSEWHERE).name()).isEqualTo("wendy");
    }

    @Test
    void guessing_many_names_from_one_place_is_guessing_too() {
        for (int i = 0; i < WrongPasswords.FREE_PER_ADDRESS; i++) {
            wrong("name" + i, HERE, BadCredentialsException.class);
        }

        wrong("another", HERE, TooManyWrongPasswords.class);
    }

    @Test
    void no_guessing_shuts_out_a_machine_or_who_is_in_already() {
        callers.of(basic("wendy", "right"), HERE);
        for (int i = 0; i < 200; i++) {
            wrong("shop", HERE, RuntimeException.class);
            wrong("wendy", HERE, RuntimeException.class);
        }

        assertThat(callers.of("Bearer shops key of some length", HERE).name()).isEqualTo("shop");
        assertThat(callers.of(basic("shop", "shops key of some length"), HERE).name())
                .isEqualTo("shop");
        assertThat(callers.of(basic("wendy", "right"), HERE).name()).isEqualTo("wendy");
    }

    @Test
    void an_account_hides_a_person_of_the_same_name() {
        assertThatThrownBy(() -> callers.of(basic("shop", "right"), HERE)).isInstanceOf(BadCredentialsException.class);
        assertThat(checks).hasValue(0);
    }

    @Test
    void what_is_no_authorization_is_nobody() {
        for (String header : List.of("", "Basic", "Bearer", "Basic !", "Basic " + encode("wendy"), "Digest x", "x")) {
            assertThatThrownBy(() -> callers.of(header, HERE)).as(header).isInstanceOf(BadCredentialsException.class);
        }
    }

    private void wrong(String name, String address, Class<? extends RuntimeException> answer) {
        assertThatThrownBy(() -> callers.of(basic(name, "wrong"), address)).isInstanceOf(answer);
    }

    private Callers callers() {
        var fingerprints = new Fingerprints();
        var shop = new Accounts.Account("shops key of some length", null, Set.of(Groups.INTEGRATION), List.of());
        var server = new ServerProperties();
        server.setAddress(InetAddress.getLoopbackAddress());
        var accounts = new Accounts(new Accounts.Settings(Map.of("shop", shop)), server, fingerprints);
        return new Callers(accounts, new OnlyWendy(), fingerprints, () -> now);
    }

    private static String basic(String name, String password) {
        return "Basic " + encode(name + ":" + password);
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private final class OnlyWendy implements People {

        @Override
        public Optional<Caller> withPassword(String name, String password) {
            checks.incrementAndGet();
            return name.equals("wendy") && password.equals("right")
                    ? Optional.of(Caller.person(name, Set.of(Groups.WAREHOUSE)))
                    : Optional.empty();
        }

        @Override
        public Optional<Caller> inSession(HttpSession session) {
            return Optional.empty();
        }

        @Override
        public void actAs(Caller caller) {}

        @Override
        public void actAsNobody() {}
    }
}
