package dev.orderflow.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.security.core.Authentication;

/** In whose name a caller may speak, and about what. */
class SourcePolicyTests {

    private final SourcePolicy policy = new SourcePolicy();

    @Test
    void a_machine_claims_only_its_own_sources() {
        Authentication shop = caller("shop", Groups.INTEGRATION, "/shop/**", "/psp/stripe");

        assertThat(List.of("/shop", "/shop/web", "/shop/web/eu", "/psp/stripe"))
                .allMatch(source -> policy.allows(shop, source));
        assertThat(List.of(
                        "",
                        "/",
                        "/shops",
                        "/shop2/web",
                        "/psp",
                        "/psp/stripe/x",
                        "/SHOP/web",
                        "shop/web",
                        "//shop/web"))
                .noneMatch(source -> policy.allows(shop, source));
    }

    @Test
    void an_account_without_sources_claims_none() {
        assertThat(policy.allows(caller("shop", Groups.INTEGRATION), "/shop/web"))
                .isFalse();
    }

    @Test
    void a_person_speaks_for_nobody_else() {
        Authentication sam = Caller.person("sam", Set.of(Groups.SERVICE)).authenticated();

        assertThat(policy.allows(sam, "/people/sam")).isTrue();
        assertThat(policy.allows(sam, "/people/wendy")).isFalse();
        assertThat(policy.allows(sam, "/shop/web")).isFalse();
    }

    @Test
    void people_send_what_their_work_is() {
        assertThat(policy.maySend(caller("shop", Groups.INTEGRATION), "PaymentCaptured"))
                .isTrue();
        assertThat(policy.maySend(caller("sam", Groups.SERVICE), "CancelOrder")).isTrue();
        assertThat(policy.maySend(caller("sam", Groups.SERVICE), "PaymentCaptured"))
                .isFalse();
        assertThat(policy.maySend(caller("wendy", Groups.WAREHOUSE), "ShipOrder"))
                .isTrue();
        assertThat(policy.maySend(caller("wendy", Groups.WAREHOUSE), "CancelOrder"))
                .isTrue();
        assertThat(policy.maySend(caller("wendy", Groups.WAREHOUSE), "ConfirmReceipt"))
                .isFalse();
        assertThat(policy.maySend(caller("fiona", Groups.FINANCE), "RefundSettled"))
                .isTrue();
        assertThat(policy.maySend(caller("dashboard", Groups.MONITORING), "PlaceOrder"))
                .isFalse();
    }

    private static Authentication caller(String name, String group, String... sources) {
        return new Caller(name, Set.of(group), List.of(sources)).authenticated();
    }
}
