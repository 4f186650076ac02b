package dev.orderflow.security;

import java.security.Principal;
import java.util.List;
import java.util.Set;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/**
 * Who makes a request: a machine, known by its account, or a person the engine knows.
 *
 * @param sources the CloudEvents sources this caller may claim: exact, or {@code /shop/**} for everything below
 */
public record Caller(String name, Set<String> groups, List<String> sources) implements Principal {

    public Caller {
        groups = Set.copyOf(groups);
        sources = List.copyOf(sources);
    }

    /** A person speaks for nobody but themselves. */
    public static Caller person(String name, Set<String> groups) {
        return new Caller(name, groups, List.of("/people/" + name));
    }

    @Override
    public String getName() {
        return name;
    }

    Authentication authenticated() {
        return UsernamePasswordAuthenticationToken.authenticated(
                this, null, groups.stream().map(SimpleGrantedAuthority::new).toList());
    }
}
