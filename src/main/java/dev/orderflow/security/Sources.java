package dev.orderflow.security;

import java.util.regex.Pattern;

/** Which CloudEvents source a pattern covers: an exact one, or {@code /shop/**} for {@code /shop} and everything below it. */
final class Sources {

    private static final String BELOW = "/**";
    private static final Pattern PATTERN = Pattern.compile("[^*]+|[^*]*/\\*\\*");

    private Sources() {}

    static boolean isPattern(String pattern) {
        return PATTERN.matcher(pattern).matches();
    }

    static boolean covers(String pattern, String source) {
        if (!pattern.endsWith(BELOW)) {
            return source.equals(pattern);
        }
        String top = pattern.substring(0, pattern.length() - BELOW.length());
        return source.equals(top) || source.startsWith(top + "/");
    }
}
