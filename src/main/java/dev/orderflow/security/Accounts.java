package dev.orderflow.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.stereotype.Component;

/** The machines that may come in. They are configuration, not engine users, so no wrong password can ever lock one out. */
@Component
class Accounts {

    /** A key that cannot be guessed: 16 characters or more, as {@code openssl rand -base64 24} makes them. */
    private static final int KEY_LENGTH = 16;

    private final Fingerprints fingerprints;
    private final List<Known> known = new ArrayList<>();

    Accounts(Settings settings, ServerProperties server, Fingerprints fingerprints) {
        this.fingerprints = fingerprints;
        boolean reachable = server.getAddress() == null || !server.getAddress().isLoopbackAddress();
        settings.accounts().forEach((name, account) -> known.add(read(name, account, reachable)));
    }

    /** Looks at every account, whatever matches first, so that the time taken tells nothing. */
    Optional<Caller> withKey(String key) {
        byte[] fingerprint = fingerprints.of(key);
        Caller found = null;
        for (Known account : known) {
            if (Fingerprints.same(account.key(), fingerprint)) {
                found = account.caller();
            }
        }
        return Optional.ofNullable(found);
    }

    Optional<Caller> withKey(String name, String key) {
        return withKey(key).filter(caller -> caller.name().equals(name));
    }

    boolean has(String name) {
        return known.stream().anyMatch(account -> account.caller().name().equals(name));
    }

    private Known read(String name, Account account, boolean reachable) {
        String property = "orderflow.accounts." + name;
        if (!Groups.ALL.containsAll(account.groups())) {
            throw new IllegalStateException(property + ".groups may hold " + Groups.ALL + ", not " + account.groups());
        }
        for (String source : account.sources()) {
            if (!Sources.isPattern(source)) {
                throw new IllegalStateException(
                        property + ".sources: write " + source + " as /shop/web or, for everything below, /shop/**");
            }
        }
        String key = account.key() != null ? account.key() : keyIn(property, account.keyFile());
        if (key.isBlank()) {
            throw new IllegalStateException(property + ".key is empty");
        }
        if (reachable && key.length() < KEY_LENGTH) {
            throw new IllegalStateException(property + ".key is shorter than " + KEY_LENGTH
                    + " characters; that is enough only where server.address is a loopback address");
        }
        if (withKey(key).isPresent()) {
            throw new IllegalStateException(property + ".key is another account's too; give each its own");
        }
        return new Known(new Caller(name, account.groups(), account.sources()), fingerprints.of(key));
    }

    private static String keyIn(String property, @Nullable Path file) {
        if (file == null) {
            throw new IllegalStateException(property + " has no key; set " + property + ".key or .key-file");
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(property + ".key-file " + file + " cannot be read", e);
        }
    }

    private record Known(Caller caller, byte[] key) {}

    /** {@code orderflow.accounts.<name>}. */
    @ConfigurationProperties("orderflow")
    record Settings(@DefaultValue Map<String, Account> accounts) {}

    /**
     * @param key what the machine sends, as {@code Authorization: Bearer <key>} or as the password of its name
     * @param keyFile or the file the key is in, such as a container's secret
     * @param groups what it may do
     * @param sources the CloudEvents sources it may claim
     */
    record Account(
            @Nullable String key,
            @Nullable @Name("key-file") Path keyFile,
            @DefaultValue Set<String> groups,
            @DefaultValue List<String> sources) {}
}
