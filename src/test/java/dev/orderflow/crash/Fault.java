package dev.orderflow.crash;

/** What the kit breaks. */
enum Fault {
    KILL_NODE("kill -9 a node", 5, false),
    STOP_NODE("stop a node (SIGTERM) under load", 1, false),
    PAUSE_NODE("pause a node for longer than a job's lock", 1, true),
    SKEW_CLOCK("kill a node and start it with a clock that is minutes off", 1, false),
    CUT_DATABASE("cut a node from the database", 1, true),
    CUT_BROKER("cut a node from the broker", 1, true),
    MUTE_DATABASE("silence between a node and the database", 1, true),
    MUTE_BROKER("silence between a node and the broker", 1, true),
    KILL_BACKENDS("pg_terminate_backend on every connection", 3, false),
    RESTART_POSTGRES("restart PostgreSQL", 1, false),
    KILL_POSTGRES("kill -9 PostgreSQL", 1, false),
    RESTART_BROKER("stop the broker and start it again", 1, true),
    KILL_BROKER("kill -9 the broker", 1, true);

    private final String words;
    private final int weight;
    private final boolean lasts;

    Fault(String words, int weight, boolean lasts) {
        this.words = words;
        this.weight = weight;
        this.lasts = lasts;
    }

    /** How often it comes, compared with the others. */
    int weight() {
        return weight;
    }

    /** Whether it goes on until it is healed. */
    boolean lasts() {
        return lasts;
    }

    /** Whether the node is gone until it has started again. */
    boolean takesNode() {
        return this == KILL_NODE || this == STOP_NODE || this == SKEW_CLOCK;
    }

    boolean isBrokers() {
        return this == RESTART_BROKER || this == KILL_BROKER;
    }

    @Override
    public String toString() {
        return words;
    }
}
