package dev.orderflow.process;

import dev.orderflow.security.Caller;
import dev.orderflow.security.People;
import jakarta.servlet.http.HttpSession;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.webapp.impl.security.auth.Authentication;
import org.camunda.bpm.webapp.impl.security.auth.Authentications;
import org.camunda.bpm.webapp.impl.security.auth.UserAuthentication;
import org.springframework.stereotype.Component;

/** Asks the engine who people are, and tells it who is asking. */
@Component
class EnginePeople implements People {

    /** Under this name the web applications keep in a session who has logged in. */
    private static final String IN_SESSION = "authenticatedUser";

    private final ProcessEngine engine;
    private final IdentityService identity;
    private final Passwords passwords = new Passwords();
    private final String nobodysPassword = passwords.encrypt("nobody's");

    EnginePeople(ProcessEngine engine, IdentityService identity) {
        this.engine = engine;
        this.identity = identity;
    }

    @Override
    public Optional<Caller> withPassword(String name, String password) {
        if (identity.createUserQuery().userId(name).count() == 0) {
            passwords.check(password, nobodysPassword); // a name that nobody has takes as long as one that somebody has
            return Optional.empty();
        }
        if (!identity.checkPassword(name, password)) {
            return Optional.empty();
        }
        return Optional.of(Caller.person(
                name,
                identity.createGroupQuery().groupMember(name).list().stream()
                        .map(Group::getId)
                        .collect(Collectors.toSet())));
    }

    @Override
    public Optional<Caller> inSession(HttpSession session) {
        if (session.getAttribute(IN_SESSION) instanceof Authentications people) {
            Authentication person = people.getAuthenticationForProcessEngine(engine.getName());
            if (person instanceof UserAuthentication user) {
                return Optional.of(Caller.person(
                        user.getIdentityId(), user.getGroupIds().stream().collect(Collectors.toSet())));
            }
        }
        return Optional.empty();
    }

    @Override
    public void actAs(Caller caller) {
        identity.setAuthentication(caller.name(), List.copyOf(caller.groups()), List.of());
    }

    @Override
    public void actAsNobody() {
        identity.clearAuthentication();
    }
}
