package dev.orderflow.order;

import java.security.SecureRandom;

/**
 * Makes numbers that are unique, short enough to read over the phone and not guessable in sequence: ten characters of
 * Crockford's base 32 (no I, L, O, U), 50 random bits, as in {@code 7KQ4-M2XD-9T}.
 */
public final class OrderNumbers {

    private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();

    private OrderNumbers() {}

    public static String next() {
        StringBuilder number = new StringBuilder(12);
        for (int i = 0; i < 10; i++) {
            if (i == 4 || i == 8) {
                number.append('-');
            }
            number.append(ALPHABET[RANDOM.nextInt(ALPHABET.length)]);
        }
        return number.toString();
    }
}
