package dev.orderflow.messaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network cable to a server on this machine that can be pulled and plugged in again. */
final class Cable implements AutoCloseable {

    private final ServerSocket plug;
    private final String host;
    private final int port;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private volatile boolean plugged = true;

    Cable(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.plug = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    int port() {
        return plug.getLocalPort();
    }

    /** Cuts every connection, and those that are tried from now on. */
    void pull() {
        plugged = false;
        ends.forEach(Cable::quietly);
        ends.clear();
    }

    void plugIn() {
        plugged = true;
    }

    private void accept() {
        while (!plug.isClosed()) {
            try {
                Socket near = plug.accept();
                if (plugged) {
                    Socket far = new Socket(host, port);
                    ends.add(near);
                    ends.add(far);
                    daemon(() -> pump(near, far));
                    daemon(() -> pump(far, near));
                } else {
                    quietly(near);
                }
            } catch (IOException closed) {
                // the next one may be luckier
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException cut) {
            // both ends hear of it
        } finally {
            quietly(from);
            quietly(to);
        }
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "cable");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        plug.close();
        pull();
    }
}
