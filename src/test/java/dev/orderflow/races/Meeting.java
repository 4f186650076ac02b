package dev.orderflow.races;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two who met on an order of their own.
 *
 * @param answers of the one and of the other, whoever came first
 * @param failure why there are no answers
 */
record Meeting(
        Pair pair,
        How how,
        Scene scene,
        List<String> answers,
        @Nullable Exception failure) {

    static Meeting of(Pair pair, How how) {
        return new Meeting(pair, how, Scene.of(pair.situation()), List.of(), null);
    }

    Meeting answered(List<String> given) {
        return new Meeting(pair, how, scene, given, null);
    }

    Meeting failed(Exception why) {
        return new Meeting(pair, how, scene, List.of(), why);
    }

    /** In which order they come. */
    enum How {
        ONE_AFTER_THE_OTHER,
        THE_OTHER_WAY_ROUND,
        AT_ONCE;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        }
    }
}
