package dev.orderflow.world;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network cable to a server on this machine that can be pulled, muted and plugged in again. */
public final class Cable implements AutoCloseable {

    private static final int PACKET = 16 * 1024;

    private enum State {
        PLUGGED,
        PULLED,
        MUTE
    }

    private final ServerSocket plug;
    private final String host;
    private final int port;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private State state = State.PLUGGED;

    public Cable(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.plug = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    public int port() {
        return plug.getLocalPort();
    }

    /** Cuts every connection, and those that are tried from now on. */
    public void pull() {
        become(State.PULLED);
        ends.forEach(Cable::quietly);
        ends.clear();
    }

    /** Nothing comes through any more, not even that one end hung up; what is on its way arrives when plugged in again. */
    public void mute() {
        become(State.MUTE);
    }

    public void plugIn() {
        become(State.PLUGGED);
    }

    /** Whether the server sees one of this cable's connections come from the given port. */
    public boolean carries(int clientPort) {
        return ends.stream().anyMatch(end -> end.getLocalPort() == clientPort && end.getPort() == port);
    }

    private synchronized void become(State next) {
        state = next;
        notifyAll();
    }

    /** @return whether what waits may go on */
    private synchronized boolean awaitSound() throws IOException {
        try {
            while (state == State.MUTE) {
                wait();
            }
            return state == State.PLUGGED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void accept() {
        while (!plug.isClosed()) {
            try {
                Socket near = plug.accept();
                ends.add(near);
                daemon(() -> connect(near));
            } catch (IOException closed) {
                // the next one may be luckier
            }
        }
    }

    private void connect(Socket near) {
        try {
            if (awaitSound()) {
                Socket far = new Socket(host, port);
                ends.add(far);
                daemon(() -> pump(far, near));
                pump(near, far);
                return;
            }
        } catch (IOException nobodyThere) {
            // whoever called hears of it
        }
        hangUp(near);
    }

    private void pump(Socket from, Socket to) {
        byte[] packet = new byte[PACKET];
        try {
            int length = from.getInputStream().read(packet);
            while (awaitSound() && length >= 0) {
                to.getOutputStream().write(packet, 0, length);
                length = from.getInputStream().read(packet);
            }
        } catch (IOException cut) {
            // both ends hear of it, unless there is silence
        }
        try {
            awaitSound();
        } catch (IOException interrupted) {
            // then all ends here
        }
        hangUp(from);
        hangUp(to);
    }

    private void hangUp(Socket end) {
        ends.remove(end);
        quietly(end);
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            // which was the purpose
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
