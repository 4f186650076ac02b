package dev.orderflow.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.stereotype.Component;

/**
 * Tells who a request's {@code Authorization} header is. A machine's key is compared at once; a person's password is checked by
 * the engine, slowly, and then known for five minutes, so that authentication stays off the hot path.
 */
@Component
class Callers {

    static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final int MOST = 10_000;

    private final Accounts accounts;
    private final People people;
    private final Fingerprints fingerprints;
    private final InstantSource clock;
    private final WrongPasswords wrong;
    private final Map<ByteBuffer, Remembered> remembered = new ConcurrentHashMap<>();

    // Not the business's clock: a replay that moves it must not unlock or lock anything.
    @Autowired
    Callers(Accounts accounts, People people, Fingerprints fingerprints) {
        this(accounts, people, fingerprints, InstantSource.system());
    }

    Callers(Accounts accounts, People people, Fingerprints fingerprints, InstantSource clock) {
        this.accounts = accounts;
        this.people = people;
        this.fingerprints = fingerprints;
        this.clock = clock;
        this.wrong = new WrongPasswords(clock);
    }

    /**
     * @param address where the request comes from
     * @throws BadCredentialsException if it is nobody
     * @throws TooManyWrongPasswords if it is nobody, once too often
     */
    Caller of(String header, String address) {
        String[] parts = header.strip().split("\\s+", 2);
        if (parts.length == 2 && parts[0].equalsIgnoreCase("Bearer")) {
            return accounts.withKey(parts[1]).orElseThrow(() -> refuse(address, ""));
        }
        if (parts.length == 2 && parts[0].equalsIgnoreCase("Basic")) {
            String[] credentials = decode(parts[1]).split(":", 2);
            if (credentials.length == 2) {
                return withPassword(credentials[0], credentials[1], address);
            }
        }
        throw new BadCredentialsException("Send Authorization as Bearer <key>, or as Basic with name and password");
    }

    private Caller withPassword(String name, String password, String address) {
        if (accounts.has(name)) {
            return accounts.withKey(name, password).orElseThrow(() -> refuse(address, name));
        }
        ByteBuffer fingerprint = ByteBuffer.wrap(fingerprints.of(name + '\0' + password));
        Caller known = known(remembered.get(fingerprint));
        if (known != null) {
            return known;
        }
        forgetOld();
        // One check for all that ask with the same password at once; a wrong one leaves nothing behind.
        Remembered checked = remembered.compute(
                fingerprint,
                (key, last) -> known(last) != null
                        ? last
                        : check(name, password, address)
                                .map(caller ->
                                        new Remembered(caller, clock.instant().plus(REMEMBERED)))
                                .orElse(null));
        if (checked == null) {
            throw refuse(address, name);
        }
        return checked.caller();
    }

    private Optional<Caller> check(String name, String password, String address) {
        if (wrong.pause(address, name).compareTo(Duration.ZERO) > 0) {
            return Optional.empty();
        }
        Optional<Caller> caller = people.withPassword(name, password);
        caller.ifPresent(right -> wrong.forget(address, name));
        return caller;
    }

    private RuntimeException refuse(String address, String name) {
        Duration pause = wrong.pause(address, name);
        if (pause.compareTo(Duration.ZERO) > 0) {
            return new TooManyWrongPasswords(pause);
        }
        wrong.add(address, name);
        return new BadCredentialsException("The name or the password or the key is wrong");
    }

    private @Nullable Caller known(@Nullable Remembered entry) {
        return entry == null || entry.until().isBefore(clock.instant()) ? null : entry.caller();
    }

    private void forgetOld() {
        if (remembered.size() >= MOST) {
            Instant now = clock.instant();
            remembered.values().removeIf(entry -> entry.until().isBefore(now));
        }
        if (remembered.size() >= MOST) {
            remembered.clear();
        }
    }

    private static String decode(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private record Remembered(Caller caller, Instant until) {}
}
