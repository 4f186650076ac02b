package dev.orderflow.races;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How often each of two was first, for {@code target/races.txt}: where only one ever is, they do not truly race. */
final class Tally {

    private static final Path REPORT = Path.of("target", "races.txt");

    private final Map<String, List<Score>> scores = new LinkedHashMap<>();

    /** @param alike whether nothing shows who was first */
    void add(Pair pair, boolean alike, long oneFirst, long twoFirst) {
        scores.computeIfAbsent(pair.rivals(), rivals -> new ArrayList<>())
                .add(new Score(pair.situation(), alike, oneFirst, twoFirst));
    }

    /** The share of pairs, of those that show it at all, in which now the one was first and now the other. */
    double wonByBoth() {
        long told = scores.values().stream().filter(Tally::showsIt).count();
        long both = scores.values().stream().filter(Tally::bothWon).count();
        return told == 0 ? 1 : (double) both / told;
    }

    void write() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("Who was first, of those who met at once. (n) is a number of races that show no difference.");
        scores.forEach((rivals, met) -> lines.add(
                "%-55s %-24s %s".formatted(rivals, showsIt(met) && !bothWon(met) ? "ONE WAS ALWAYS FIRST" : "", met)));
        Files.write(REPORT, lines);
    }

    private static boolean showsIt(Collection<Score> met) {
        return met.stream().anyMatch(score -> !score.alike);
    }

    private static boolean bothWon(Collection<Score> met) {
        return met.stream().anyMatch(score -> !score.alike && score.oneFirst > 0)
                && met.stream().anyMatch(score -> !score.alike && score.twoFirst > 0);
    }

    private record Score(Situation situation, boolean alike, long oneFirst, long twoFirst) {

        @Override
        public String toString() {
            return situation + " " + (alike ? "(" + (oneFirst + twoFirst) + ")" : oneFirst + ":" + twoFirst);
        }
    }
}
