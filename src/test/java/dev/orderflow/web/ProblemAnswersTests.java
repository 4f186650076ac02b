package dev.orderflow.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.orderflow.embedded.OrderflowTest;
import dev.orderflow.messaging.Outages;
import dev.orderflow.order.OrderExists;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the outside is told when something fails: enough to act on, and nothing of our inside. */
@OrderflowTest
class ProblemAnswersTests {

    private static final String PROBLEM = "application/problem+json";

    @Autowired
    private Outages outages;

    private final Failing failing = new Failing();
    private MockMvc http;

    @BeforeEach
    void standUp() {
        http = MockMvcBuilders.standaloneSetup(failing)
                .setControllerAdvice(new ProblemAnswers(outages))
                .build();
    }

    @Test
    void our_own_fault_is_told_by_a_reference_and_nothing_else() throws Exception {
        failing.failure = new DuplicateKeyException("insert into secret_table", new SQLException("secret"));

        http.perform(get("/failing"))
                .andExpect(status().isInternalServerError())
                .andExpect(content().contentType(PROBLEM))
                .andExpect(content().string(not(containsString("secret"))))
                .andExpect(content().string(not(containsString("Exception"))))
                .andExpect(jsonPath("$.reference", matchesPattern("[0-9a-f-]{36}")));
    }

    @Test
    void what_passes_is_worth_another_try() throws Exception {
        for (RuntimeException passing : new RuntimeException[] {
            new CannotGetJdbcConnectionException("the pool's secret", new SQLException("timeout")),
            new OptimisticLockingFailureException("secret"),
            new IllegalStateException("secret", new SQLException("deadlock", "40P01")),
            new IllegalStateException("secret", new SQLException("terminating connection", "57P01")),
            new TransactionSystemException("the commit's answer was lost, secret")
        }) {
            failing.failure = passing;

            http.perform(get("/failing"))
                    .andExpect(status().isServiceUnavailable())
                    .andExpect(header().string("Retry-After", "1"))
                    .andExpect(content().string(not(containsString("secret"))));
        }
    }

    @Test
    void an_order_that_exists_is_a_conflict() throws Exception {
        failing.failure = new OrderExists("A-1");

        http.perform(get("/failing"))
                .andExpect(status().isConflict())
                .andExpect(content().contentType(PROBLEM))
                .andExpect(jsonPath("$.detail", containsString("A-1 exists already")));
    }

    @Test
    void a_refusal_of_the_security_is_left_to_the_security() {
        failing.failure = new AccessDeniedException("no");

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> http.perform(get("/failing"))))
                .rootCause()
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void a_client_that_wants_a_page_gets_its_problem_all_the_same() throws Exception {
        failing.failure = new OrderExists("A-1");

        http.perform(get("/failing").accept("text/html")).andExpect(status().isConflict());
    }

    @RestController
    static class Failing {

        RuntimeException failure = new IllegalStateException();

        @GetMapping("/failing")
        String fail() {
            throw failure;
        }
    }
}
