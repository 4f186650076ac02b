package dev.orderflow.security;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Slows down who guesses: after a few wrong passwords for one name from one address, and after many from one address whatever
 * the name, each further one doubles the pause, up to a minute. What is right already, a machine's key or a password checked a
 * moment ago, never waits, so nobody can shut out a machine by guessing.
 */
final class WrongPasswords {

    static final int FREE_PER_NAME = 5;
    static final int FREE_PER_ADDRESS = 50;
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration REMEMBERED = Duration.ofMinutes(15);
    private static final int MOST = 20_000;

    private final InstantSource clock;
    private final Map<String, Tries> tries = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Tries> eldest) {
            return size() > MOST;
        }
    };

    WrongPasswords(InstantSource clock) {
        this.clock = clock;
    }

    /** How long this name has to wait at this address; zero or less if it may try now. */
    synchronized Duration pause(String address, String name) {
        Duration forName = pause(tries.get(both(address, name)));
        Duration forAddress = pause(tries.get(address));
        return forName.compareTo(forAddress) > 0 ? forName : forAddress;
    }

    synchronized void add(String address, String name) {
        tries.merge(both(address, name), again(null, FREE_PER_NAME), (past, one) -> again(past, FREE_PER_NAME));
        tries.merge(address, again(null, FREE_PER_ADDRESS), (past, one) -> again(past, FREE_PER_ADDRESS));
    }

    synchronized void forget(String address, String name) {
        tries.remove(both(address, name));
    }

    private Duration pause(@Nullable Tries past) {
        return past == null ? Duration.ZERO : Duration.between(clock.instant(), past.until());
    }

    private Tries again(@Nullable Tries past, int free) {
        Instant now = clock.instant();
        int count = past == null || past.last().plus(REMEMBERED).isBefore(now) ? 1 : past.count() + 1;
        long seconds = count < free ? 0 : Math.min(1L << Math.min(count - free, 10), LONGEST.toSeconds());
        return new Tries(count, now, now.plusSeconds(seconds));
    }

    private static String both(String address, String name) {
        return address + ' ' + name;
    }

    private record Tries(int count, Instant last, Instant until) {}
}
