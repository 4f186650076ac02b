package dev.orderflow.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Proof that {@link CoversModel} bites. */
class ModelCoverageTests {

    @Test
    void a_model_without_tests_misses_everything() {
        assertThat(ModelCoverage.missing("refund", Set.of()))
                .hasSize(10 + 9)
                .contains("StartEvent_RefundDue", "BoundaryEvent_RefundOverdue", "Flow_RecordRefund_To_MoneyReturned");
    }

    @Test
    void a_flow_that_no_test_takes_and_an_event_that_never_happens_are_named() {
        Set<String> passed = new HashSet<>(ModelCoverage.missing("refund", Set.of()));
        passed.remove("Flow_RefundOverdue_To_EscalateRefund");
        passed.remove("BoundaryEvent_RefundOverdue");

        assertThat(ModelCoverage.missing("refund", passed))
                .containsExactlyInAnyOrder("Flow_RefundOverdue_To_EscalateRefund", "BoundaryEvent_RefundOverdue");
    }

    @Test
    void a_model_whose_parts_are_all_passed_misses_nothing() {
        assertThat(ModelCoverage.missing("refund", ModelCoverage.missing("refund", Set.of())))
                .isEmpty();
    }
}
