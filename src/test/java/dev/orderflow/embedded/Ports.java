package dev.orderflow.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Finds a port on the loopback interface that nobody listens on. */
public final class Ports {

    private static final int ANY = 0;

    private Ports() {}

    /** The usual port of a service where it is free, any free one otherwise. */
    static int usualOrFree(int usual) {
        return isFree(usual) ? usual : free();
    }

    public static int free() {
        try (ServerSocket socket = bind(ANY)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isFree(int port) {
        // A listener on all interfaces does not keep every system from binding to loopback, so somebody answering
        // counts too.
        try {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return false;
        } catch (IOException nobodyAnswers) {
            return canBind(port);
        }
    }

    private static boolean canBind(int port) {
        try {
            bind(port).close();
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
