package dev.orderflow.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrikeTests {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 7, 11, 1_000_003})
    void every_kind_of_fault_is_planned_within_a_minute_and_none_again_before_each_came(long seed) {
        List<Fault> planned = Strike.plan(seed, Duration.ofMinutes(1), 2, EnumSet.allOf(Fault.class)).stream()
                .map(Strike::fault)
                .toList();

        assertThat(planned.subList(0, Fault.values().length)).containsExactlyInAnyOrder(Fault.values());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void every_node_may_be_hit_and_what_is_impossible_is_left_out(int nodes) {
        Set<Fault> possible = EnumSet.complementOf(EnumSet.of(Fault.RESTART_BROKER, Fault.KILL_BROKER));

        List<Strike> planned = Strike.plan(1, Duration.ofMinutes(10), nodes, possible);

        assertThat(planned.stream().map(Strike::fault).distinct()).containsExactlyInAnyOrderElementsOf(possible);
        assertThat(planned.stream().map(Strike::node).distinct()).hasSize(nodes);
    }
}
