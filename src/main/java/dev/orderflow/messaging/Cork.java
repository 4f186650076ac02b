package dev.orderflow.messaging;

import com.rabbitmq.client.ConnectionFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.amqp.ConnectionFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Keeps together what a thread sends to the broker, and has it leave at once: the broker's client hands every message to the network by
 * itself, which wakes the broker as often. Encrypted connections go on as they always did.
 */
final class Cork {

    /** Bytes that are kept back at most. */
    private static final int MOST = 1 << 16;

    private static final ThreadLocal<@Nullable Cork> HELD = new ThreadLocal<>();

    private final Set<Corked> kept = new LinkedHashSet<>();

    private Cork() {}

    /** Keeps back what this thread sends until it has sent all of it; nothing that waits for an answer may be done in between. */
    static void hold(Sends sends) throws IOException {
        Cork cork = new Cork();
        HELD.set(cork);
        try {
            sends.send();
        } finally {
            HELD.remove();
            for (Corked stream : cork.kept) {
                stream.flush();
            }
        }
    }

    /** What is sent together. */
    interface Sends {
        void send() throws IOException;
    }

    /** Has the broker's client open sockets that can be corked. */
    @Component
    static final class Sockets extends SocketFactory implements ConnectionFactoryCustomizer {

        @Override
        public void customize(ConnectionFactory broker) {
            if (!broker.isSSL()) {
                broker.setSocketFactory(this);
            }
        }

        @Override
        public Socket createSocket() {
            return new Socket() {
                @Override
                public OutputStream getOutputStream() throws IOException {
                    return new Corked(super.getOutputStream());
                }
            };
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return SocketFactory.getDefault().createSocket(host, port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return SocketFactory.getDefault().createSocket(host, port, local, localPort);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return SocketFactory.getDefault().createSocket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return SocketFactory.getDefault().createSocket(host, port, local, localPort);
        }
    }

    /** Whatever is written by whom, the order of the bytes stays. */
    private static final class Corked extends OutputStream {

        private final OutputStream network;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        Corked(OutputStream network) {
            this.network = network;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int from, int length) throws IOException {
            Cork held = HELD.get();
            if (held != null && kept.size() + length <= MOST) {
                kept.write(bytes, from, length);
                held.kept.add(this);
            } else {
                send();
                network.write(bytes, from, length);
            }
        }

        @Override
        public synchronized void flush() throws IOException {
            if (HELD.get() == null) {
                send();
                network.flush();
            }
        }

        private void send() throws IOException {
            if (kept.size() > 0) {
                kept.writeTo(network);
                kept.reset();
            }
        }

        @Override
        public void close() throws IOException {
            network.close();
        }
    }
}
