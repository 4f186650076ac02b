package dev.orderflow.security;

import static dev.orderflow.security.Groups.FINANCE;
import static dev.orderflow.security.Groups.INTEGRATION;
import static dev.orderflow.security.Groups.SERVICE;
import static dev.orderflow.security.Groups.WAREHOUSE;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/** Who may say what to an order in whose name: the two questions a command on HTTP has to pass. */
@Component
public class SourcePolicy {

    /** Machines send everything; people only what their work is. */
    private static final Map<String, Set<String>> BY_PEOPLE = Map.of(
            SERVICE, Set.of("CancelOrder", "ConfirmReceipt"),
            WAREHOUSE, Set.of("ShipOrder", "CancelOrder"),
            FINANCE, Set.of("RefundSettled"));

    /**
     * Whether somebody of these groups may send a command of this type to the engine. Of groups that are not ours the engine's
     * authorizations alone decide.
     */
    public static boolean maySend(Collection<String> groups, String type) {
        return groups.stream().anyMatch(group -> {
            Set<String> work = BY_PEOPLE.get(group);
            return work == null || work.contains(type);
        });
    }

    /** Whether the caller may claim this CloudEvents source. */
    public boolean allows(Authentication authentication, String source) {
        return authentication.getPrincipal() instanceof Caller caller
                && caller.sources().stream().anyMatch(pattern -> Sources.covers(pattern, source));
    }

    /** Whether the caller may send a command of this type, such as {@code CancelOrder}. */
    public boolean maySend(Authentication authentication, String type) {
        return authentication.getPrincipal() instanceof Caller caller
                && caller.groups().stream()
                        .anyMatch(group -> group.equals(INTEGRATION)
                                || BY_PEOPLE.getOrDefault(group, Set.of()).contains(type));
    }
}
