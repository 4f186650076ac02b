package dev.orderflow.replay;

/** What became of a message in the end. */
enum Fate {
    APPLIED("applied"),
    PARKED_THEN_APPLIED("parked, applied"),
    REFUSED("refused"),
    PARKED_THEN_REFUSED("parked, refused"),
    DEAD_LETTERED("dead letter"),
    PARKED_THEN_DEAD_LETTERED("parked, dead letter"),
    PARKED("parked"), // money that waits in the ledger for its order, or for finance
    LOST("LOST");

    private final String words;

    Fate(String words) {
        this.words = words;
    }

    /** The same end, after having waited for it. */
    Fate afterParking() {
        return switch (this) {
            case APPLIED -> PARKED_THEN_APPLIED;
            case REFUSED -> PARKED_THEN_REFUSED;
            case DEAD_LETTERED -> PARKED_THEN_DEAD_LETTERED;
            default -> this;
        };
    }

    @Override
    public String toString() {
        return words;
    }
}
