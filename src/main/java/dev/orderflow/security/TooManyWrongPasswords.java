package dev.orderflow.security;

import java.time.Duration;
import org.springframework.security.core.AuthenticationException;

/** Somebody guesses passwords: not even looked at until the pause is over. */
class TooManyWrongPasswords extends AuthenticationException {

    private static final long serialVersionUID = 1L;

    private final long seconds;

    TooManyWrongPasswords(Duration pause) {
        super("Too many wrong passwords; wait before the next try");
        seconds = Math.max(1, pause.plusMillis(999).toSeconds());
    }

    /** How long to wait. */
    long seconds() {
        return seconds;
    }
}
