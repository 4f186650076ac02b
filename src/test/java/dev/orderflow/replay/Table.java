package dev.orderflow.replay;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of text for a terminal: the first column to the left, the others to the right. */
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    Table(Object... heading) {
        add(heading);
    }

    void add(Object... row) {
        rows.add(Arrays.stream(row).map(String::valueOf).toList());
    }

    /** Counts things by two of their properties; only rows and columns that occur, and what does not occur stays empty. */
    static <T, R extends Comparable<R>, C extends Comparable<C>> Table counting(
            String corner, Iterable<T> things, Function<T, R> row, Function<T, C> column) {
        Map<R, Map<C, Integer>> counts = new java.util.TreeMap<>();
        Set<C> columns = new java.util.TreeSet<>();
        for (T thing : things) {
            columns.add(column.apply(thing));
            counts.computeIfAbsent(row.apply(thing), r -> new LinkedHashMap<>())
                    .merge(column.apply(thing), 1, Integer::sum);
        }
        List<Object> heading = new ArrayList<>(List.of(corner));
        heading.addAll(new LinkedHashSet<>(columns));
        heading.add("all");
        Table table = new Table(heading.toArray());
        counts.forEach((name, cells) -> {
            List<Object> line = new ArrayList<>(List.of(name));
            columns.forEach(c -> line.add(cells.containsKey(c) ? cells.get(c) : ""));
            line.add(cells.values().stream().mapToInt(Integer::intValue).sum());
            table.add(line.toArray());
        });
        return table;
    }

    void print(PrintStream out) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = IntStream.range(0, columns).map(this::width).toArray();
        for (List<String> row : rows) {
            out.println(IntStream.range(0, row.size())
                    .mapToObj(i -> pad(row.get(i), widths[i], i == 0))
                    .collect(Collectors.joining("  ", "  ", ""))
                    .stripTrailing());
        }
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> row.size() > column)
                .mapToInt(row -> row.get(column).length())
                .max()
                .orElse(0);
    }

    private static String pad(String text, int width, boolean left) {
        String blanks = " ".repeat(width - text.length());
        return left ? text + blanks : blanks + text;
    }
}
