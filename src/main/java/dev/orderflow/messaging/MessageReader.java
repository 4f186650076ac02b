package dev.orderflow.messaging;

import org.springframework.stereotype.Component;

/** Reads bytes into messages and names every broken field of those it cannot read. */
@Component
public class MessageReader {

    /** @throws dev.orderflow.order.BrokenRule naming every broken field */
    public Message read(byte[] body) {
        throw new UnsupportedOperationException();
    }

    /** Reads the data of one command, as it comes through the engine's REST API. */
    public <T> T readData(Class<T> type, String json) {
        throw new UnsupportedOperationException();
    }
}
