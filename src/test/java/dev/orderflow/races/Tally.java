package dev.orderflow.races;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Who met whom how often, and how often each of two was first, for {@code target/races.txt}: where only one ever is, they do not truly
 * race.
 */
final class Tally {

    private static final Path REPORT = Path.of("target", "races.txt");

    private final Map<String, List<Score>> scores = new LinkedHashMap<>();

    /**
     * @param inOrder how often they met one after the other, and as often the other way round
     * @param alike whether nothing shows who was first
     * @param oneFirst in how many of the meetings at once the one was first
     */
    void add(Pair pair, long inOrder, boolean alike, long oneFirst, long atOnce) {
        scores.computeIfAbsent(pair.rivals(), rivals -> new ArrayList<>())
                .add(new Score(pair.situation(), inOrder, alike, oneFirst, atOnce));
    }

    /** The share of pairs, of those that show it at all, in which now the one was first and now the other. */
    double wonByBoth() {
        long told = scores.values().stream().filter(Tally::showsIt).count();
        long both = scores.values().stream().filter(Tally::bothWon).count();
        return told == 0 ? 1 : (double) both / told;
    }

    void write() throws IOException {
        List<Score> cases = scores.values().stream().flatMap(List::stream).toList();
        List<String> lines = new ArrayList<>();
        lines.add(
                "%,d pairs met in %,d cases (a pair in a situation): %,d times one after the other, as often the other way"
                                .formatted(scores.size(), cases.size(), sum(cases, Score::inOrder))
                        + " round, and %,d times at once.".formatted(sum(cases, Score::atOnce)));
        lines.add(
                "Each pair met at least %d times in either order and %d times at once, in each case at least %d and %d times."
                        .formatted(
                                least(scores.values(), met -> sum(met, Score::inOrder)),
                                least(scores.values(), met -> sum(met, Score::atOnce)),
                                least(cases, Score::inOrder),
                                least(cases, Score::atOnce)));
        lines.add("Below: how often in either order + at once, and in each situation who of those at once was first;"
                + " (n) is a number of meetings that show no difference.");
        scores.forEach((rivals, met) -> lines.add("%-55s %4d + %-4d %-22s %s"
                .formatted(
                        rivals,
                        sum(met, Score::inOrder),
                        sum(met, Score::atOnce),
                        showsIt(met) && !bothWon(met) ? "ONE WAS ALWAYS FIRST" : "",
                        met)));
        Files.write(REPORT, lines);
    }

    private static long sum(Collection<Score> met, ToLongFunction<Score> number) {
        return met.stream().mapToLong(number).sum();
    }

    private static <T> long least(Collection<T> all, ToLongFunction<T> number) {
        return all.stream().mapToLong(number).min().orElse(0);
    }

    private static boolean showsIt(Collection<Score> met) {
        return met.stream().anyMatch(score -> !score.alike);
    }

    private static boolean bothWon(Collection<Score> met) {
        return met.stream().anyMatch(score -> !score.alike && score.oneFirst > 0)
                && met.stream().anyMatch(score -> !score.alike && score.twoFirst() > 0);
    }

    private record Score(Situation situation, long inOrder, boolean alike, long oneFirst, long atOnce) {

        long twoFirst() {
            return atOnce - oneFirst;
        }

        @Override
        public String toString() {
            return situation + " " + (alike ? "(" + atOnce + ")" : oneFirst + ":" + twoFirst());
        }
    }
}
