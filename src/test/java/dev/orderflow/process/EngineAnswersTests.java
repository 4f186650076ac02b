package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.Response;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.TaskAlreadyClaimedException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the engine's API answers whoever was slower, also where no race can be run to show it. */
class EngineAnswersTests {

    @ParameterizedTest
    @MethodSource("slower")
    void who_lost_against_somebody_else_is_told_so_and_that_it_is_a_conflict(ProcessEngineException failure) {
        try (Response answer = new EngineAnswers.FromEngine().toResponse(failure)) {
            assertThat(answer.getStatus()).isEqualTo(409);
            assertThat(answer.getEntity().toString())
                    .contains("detail=Somebody else")
                    .doesNotContain("ENGINE-");
        }
    }

    static ProcessEngineException[] slower() {
        var lost = new OptimisticLockingException("ENGINE-03005 Execution of 'DELETE TaskEntity[7]' failed.");
        return new ProcessEngineException[] {
            lost, new ProcessEngineException("a listener failed", lost), new TaskAlreadyClaimedException("7", "wendy")
        };
    }
}
