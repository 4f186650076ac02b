package dev.orderflow.crash;

import java.io.IOException;

/** A broker that can be stopped, killed and started again. */
interface Broker extends AutoCloseable {

    int port();

    /** Whether confirmed messages outlive it. */
    boolean keepsMessages();

    void start() throws IOException;

    void stop();

    void kill();

    @Override
    default void close() {
        stop();
    }
}
