package dev.orderflow.messaging;

import org.springframework.context.SmartLifecycle;

/**
 * In which order messaging starts, and backwards stops: the queue's consumers and the web server are first to stop, then what they
 * left behind is applied, and last of all published.
 */
final class Phases {

    static final int RELAY = SmartLifecycle.DEFAULT_PHASE - 8192;
    static final int PARKING = RELAY + 1;

    private Phases() {}
}
