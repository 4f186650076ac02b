package dev.orderflow.security;

import jakarta.servlet.http.HttpSession;
import java.util.Optional;

/** The people the engine knows. Their passwords, groups and sessions are its own; this is how the doors ask for them. */
public interface People {

    /** The person of this name, if the password is right. Slow on purpose. */
    Optional<Caller> withPassword(String name, String password);

    /** Who has logged in to the web applications in this session. */
    Optional<Caller> inSession(HttpSession session);

    /** From here on this thread asks the engine in the caller's name, with no more rights than theirs. */
    void actAs(Caller caller);

    /** Ends {@link #actAs}. */
    void actAsNobody();
}
