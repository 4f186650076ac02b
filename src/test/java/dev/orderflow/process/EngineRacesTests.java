package dev.orderflow.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.camunda.bpm.engine.exception.NullValueException;
import org.junit.jupiter.api.Test;

/** How a lost race looks where no race can be run to show it. */
class EngineRacesTests {

    private final EngineRaces races = new EngineRaces();

    @Test
    void a_stumble_of_the_engine_is_known_even_after_the_compiler_has_dropped_its_trace() {
        NullPointerException often = new NullPointerException();
        often.setStackTrace(new StackTraceElement[0]);

        assertThat(races.test(often)).isTrue();
    }

    @Test
    void a_model_that_is_just_being_read_is_tried_again() {
        assertThat(races.test(new NullValueException("Invalid process definition id: processDefinitionId is null")))
                .isTrue();
        assertThat(races.test(new NullValueException("taskId is null"))).isFalse();
    }

    @Test
    void a_stumble_of_our_own_is_no_race() {
        assertThat(races.test(new NullPointerException())).isFalse();
    }
}
