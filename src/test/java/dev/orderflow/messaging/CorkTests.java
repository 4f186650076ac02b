package dev.orderflow.messaging;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent together leaves at once and in its order, and nothing that goes wrong keeps it back for ever. */
class CorkTests {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final int A_MOMENT_MILLIS = 50;

    private ServerSocket server;
    private Socket client;
    private OutputStream out;
    private Socket accepted;
    private InputStream arrived;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        client = new Cork.Sockets().createSocket();
        client.connect(server.getLocalSocketAddress());
        out = client.getOutputStream();
        accepted = server.accept();
        accepted.setSoTimeout(PATIENCE_MILLIS);
        arrived = accepted.getInputStream();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        accepted.close();
        server.close();
    }

    @Test
    void what_is_sent_together_leaves_when_all_of_it_is_sent() throws IOException {
        Cork.hold(() -> {
            send("one ");
            send("two");
            nothingArrivesWithinAMoment();
        });
        assertThat(read(7)).isEqualTo("one two");
    }

    @Test
    void what_is_sent_by_itself_leaves_at_once() throws IOException {
        send("one");
        assertThat(read(3)).isEqualTo("one");
    }

    @Test
    void another_thread_is_not_held_back_and_overtakes_nothing() throws IOException {
        Cork.hold(() -> {
            send("one ");
            CompletableFuture.runAsync(() -> {
                        try {
                            send("heartbeat");
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .join();
            assertThat(read(13)).isEqualTo("one heartbeat");
        });
    }

    @Test
    void no_more_is_kept_than_a_batch_is_worth() throws IOException {
        String large = "x".repeat(50_000);
        Cork.hold(() -> {
            send(large);
            send(large);
            assertThat(read(50_000)).isEqualTo(large);
        });
        assertThat(read(50_000)).isEqualTo(large);
    }

    @Test
    void what_was_sent_before_it_failed_leaves_too_and_so_does_what_comes_after() throws IOException {
        assertThatThrownBy(() -> Cork.hold(() -> {
                    send("one ");
                    throw new IOException("no second");
                }))
                .hasMessage("no second");
        send("three");
        assertThat(read(9)).isEqualTo("one three");
    }

    @Test
    void an_encrypted_connection_keeps_its_sockets() throws Exception {
        ConnectionFactory broker = new ConnectionFactory();
        broker.useSslProtocol();
        new Cork.Sockets().customize(broker);
        assertThat(broker.isSSL()).isTrue();
    }

    private void send(String text) throws IOException {
        out.write(text.getBytes(US_ASCII));
        out.flush();
    }

    private String read(int bytes) throws IOException {
        return new String(arrived.readNBytes(bytes), US_ASCII);
    }

    private void nothingArrivesWithinAMoment() throws IOException {
        accepted.setSoTimeout(A_MOMENT_MILLIS);
        assertThatThrownBy(arrived::read).isInstanceOf(SocketTimeoutException.class);
        accepted.setSoTimeout(PATIENCE_MILLIS);
    }
}
