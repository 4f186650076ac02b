package dev.orderflow.order;

import java.util.List;
import java.util.stream.Collectors;

/** A message that can be read but must not be taken in as it stands. Names every broken field, so that one correction is enough. */
public class BrokenRule extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;

    public BrokenRule(List<Violation> violations) {
        super(violations.stream().map(Violation::toString).collect(Collectors.joining("; ")));
        this.violations = List.copyOf(violations);
    }

    public BrokenRule(String field, String message) {
        this(List.of(new Violation(field, message)));
    }

    public List<Violation> violations() {
        return violations;
    }

    /** One broken field: where it is, as in {@code data.lines[0].quantity}, and what to do about it. */
    public record Violation(String field, String message) {
        @Override
        public String toString() {
            return field + ": " + message;
        }
    }
}
