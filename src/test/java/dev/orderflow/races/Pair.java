package dev.orderflow.races;

import dev.orderflow.races.Expected.Sum;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Two who meet in a situation. */
record Pair(Situation situation, Rival one, Rival two) {

    /** Everybody against everybody, and against another of the same kind. */
    static Stream<Pair> in(Situation situation) {
        List<Rival> rivals = Arrays.stream(Rival.values())
                .filter(rival -> rival.situations().contains(situation))
                .toList();
        return rivals.stream()
                .flatMap(one -> rivals.stream()
                        .filter(two -> one.compareTo(two) <= 0)
                        .map(two -> new Pair(situation, one, two)));
    }

    Pair backwards() {
        return new Pair(situation, two, one);
    }

    /** What comes of it when the first is first. */
    Outcome expected() {
        Expected order = new Expected(situation);
        String answer = one.expect(order);
        return new Outcome(List.of(answer, two.expect(order)), order.sum());
    }

    /** In how many situations the two can meet. */
    int meetings() {
        return (int)
                one.situations().stream().filter(two.situations()::contains).count();
    }

    String rivals() {
        return one + " × " + two;
    }

    @Override
    public String toString() {
        return situation + ": " + rivals();
    }

    /** The answer of the one, the answer of the other, and what is left. */
    record Outcome(List<String> answers, Sum sum) {

        Outcome swapped() {
            return new Outcome(List.of(answers.get(1), answers.get(0)), sum);
        }
    }
}
