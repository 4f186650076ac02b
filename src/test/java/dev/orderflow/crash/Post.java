package dev.orderflow.crash;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import dev.orderflow.world.Command;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings messages to the application, through the queue or by HTTP, and the same one again and again until it is acknowledged: by
 * the broker's confirm, or by an answer.
 */
final class Post implements AutoCloseable {

    private static final int BATCH = 50;
    private static final int HTTP_SENDERS = 6;
    private static final long CONFIRM_MILLIS = 5_000;
    private static final Duration ANSWER = Duration.ofSeconds(6);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final BasicProperties PERSISTENT = MessageProperties.MINIMAL_PERSISTENT_BASIC;

    private final Site site;
    private final BlockingQueue<Command> toQueue = new LinkedBlockingQueue<>();
    private final BlockingQueue<Command> toHttp = new LinkedBlockingQueue<>();
    private final Map<String, Command> acknowledged = new ConcurrentHashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicLong open = new AtomicLong();
    private final AtomicLong resent = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    Post(Site site) {
        this.site = site;
        daemon("post-queue", this::sendToQueue);
        for (int i = 0; i < HTTP_SENDERS; i++) {
            daemon("post-http", this::sendByHttp);
        }
    }

    void byQueue(Command command) {
        open.incrementAndGet();
        toQueue.add(command);
    }

    void byHttp(Command command) {
        open.incrementAndGet();
        toHttp.add(command);
    }

    /** Messages not yet acknowledged. */
    long open() {
        return open.get();
    }

    /** Every acknowledged message by its id. */
    Map<String, Command> acknowledged() {
        return acknowledged;
    }

    /** How often a message was sent again: because nobody acknowledged it, or on purpose. */
    long resent() {
        return resent.get();
    }

    /** How many HTTP answers said that the message was known. */
    long duplicates() {
        return duplicates.get();
    }

    /** How many HTTP answers acknowledged a message. */
    long answers() {
        return answers.get();
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    private void acknowledge(Command command) {
        if (acknowledged.put(command.id(), command) != null) {
            resent.incrementAndGet();
        }
        open.decrementAndGet();
    }

    private void sendToQueue() {
        List<Command> batch = new ArrayList<>();
        while (!closed) {
            try (Connection connection = Ears.connect(site.broker().port());
                    Channel channel = connection.createChannel()) {
                channel.confirmSelect();
                while (!closed) {
                    if (batch.isEmpty()) {
                        take(batch);
                    }
                    publish(channel, batch);
                    batch.forEach(this::acknowledge);
                    batch.clear();
                }
            } catch (InterruptedException e) {
                return;
            } catch (IOException | TimeoutException | RuntimeException brokerIsAway) {
                resent.addAndGet(batch.size());
                Until.pause(PAUSE);
            }
        }
    }

    private void take(List<Command> batch) throws InterruptedException {
        Command first = toQueue.poll(1, TimeUnit.SECONDS);
        if (first != null) {
            batch.add(first);
            toQueue.drainTo(batch, BATCH);
        }
    }

    private static void publish(Channel channel, List<Command> batch)
            throws IOException, InterruptedException, TimeoutException {
        for (Command command : batch) {
            channel.basicPublish("orders.commands", command.type(), PERSISTENT, command.bytes());
        }
        if (!channel.waitForConfirms(CONFIRM_MILLIS)) {
            throw new IOException("not confirmed");
        }
    }

    private void sendByHttp() {
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        try {
            while (!closed) {
                Command command = toHttp.poll(1, TimeUnit.SECONDS);
                if (command != null) {
                    sendUntilAnswered(client, command);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendUntilAnswered(HttpClient client, Command command) throws InterruptedException {
        while (!closed && !isAnswered(client, command)) {
            resent.incrementAndGet();
            Until.pause(PAUSE);
        }
    }

    private boolean isAnswered(HttpClient client, Command command) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(site.anyNode().uri("/api/commands"))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + Node.SHOP_KEY)
                .header("Content-Type", "application/cloudevents+json")
                .POST(BodyPublishers.ofByteArray(command.bytes()))
                .build();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            switch (response.statusCode()) {
                case 200, 202, 409 -> {
                    if (response.body().contains("\"DUPLICATE\"")) {
                        duplicates.incrementAndGet();
                    }
                    answers.incrementAndGet();
                    acknowledge(command);
                    return true;
                }
                case 503 -> {
                    return false; // "send it again, nothing is done twice"
                }
                default -> {
                    complaints.add("%s %s was answered %d %s"
                            .formatted(command.type(), command.subject(), response.statusCode(), response.body()));
                    return false;
                }
            }
        } catch (IOException nobodyAnswers) {
            return false;
        }
    }

    private void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}
