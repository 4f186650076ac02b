package dev.orderflow.messaging;

import dev.orderflow.order.BrokenRule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.ImmediateRequeueAmqpException;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.retry.support.RetryTemplate;
import org.springframework.stereotype.Component;

/**
 * How often a delivery is tried. A failure is tried again a few times in place; what an outage caused then goes back to the queue,
 * and what fails all the same becomes a dead letter, so that neither is lost and neither stops the rest. What looks like an outage
 * time and again, and again while the database answers, is a message that causes it.
 */
@Component
class Attempts {

    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    /** A quorum queue counts how often it gave a message back; it overwrites what a sender may have claimed. */
    private static final String DELIVERY_COUNT = "x-delivery-count";

    private static final int LONGEST_PATIENCE = 20;

    private final Outages outages;
    private final DeadLetters deadLetters;
    private final MessageReader reader;
    private final MessageWatch watch;
    private final RetryTemplate retries = RetryTemplate.builder()
            .maxAttempts(ATTEMPTS)
            .exponentialBackoff(FIRST_PAUSE_MILLIS, 2, LONGEST_PAUSE_MILLIS)
            .build();

    Attempts(Outages outages, DeadLetters deadLetters, MessageReader reader, MessageWatch watch) {
        this.outages = outages;
        this.deadLetters = deadLetters;
        this.reader = reader;
        this.watch = watch;
    }

    /** @throws ImmediateRequeueAmqpException if an outage lasts longer than the attempts: the delivery is to come again */
    void at(org.springframework.amqp.core.Message delivery, Runnable work) {
        retries.execute(
                attempt -> {
                    work.run();
                    return attempt;
                },
                last -> {
                    giveUp(delivery, work, last.getLastThrowable());
                    return last;
                });
    }

    void giveUp(org.springframework.amqp.core.Message delivery, Runnable work, Throwable failure) {
        if (!outages.passes(failure)) {
            keep(delivery, failure);
        } else if (isNew(delivery)) {
            throw new ImmediateRequeueAmqpException("put back until the outage is over", failure);
        } else {
            tryOnceMore(delivery, work);
        }
    }

    private static boolean isNew(org.springframework.amqp.core.Message delivery) {
        MessageProperties properties = delivery.getMessageProperties();
        return !Boolean.TRUE.equals(properties.isRedelivered())
                || !(properties.getHeader(DELIVERY_COUNT) instanceof Number times)
                || times.intValue() < LONGEST_PATIENCE;
    }

    /** A long outage may just have ended: the message is to blame only if it fails where the database has just answered. */
    private void tryOnceMore(org.springframework.amqp.core.Message delivery, Runnable work) {
        deadLetters.list(1);
        try {
            work.run();
        } catch (RuntimeException failure) {
            keep(delivery, failure);
        }
    }

    private void keep(org.springframework.amqp.core.Message delivery, Throwable failure) {
        byte[] body = delivery.getBody();
        try {
            Message message = reader.read(body);
            watch.naming(message, () -> bury(body, failure));
        } catch (BrokenRule | IllegalStateException unreadable) {
            bury(body, failure); // reading it is what failed
        }
    }

    private void bury(byte[] body, Throwable failure) {
        String root = Causes.root(failure).getClass().getSimpleName();
        // The exception's own words stay in the log: they may quote the data.
        var id = deadLetters.keep(body, "failed " + ATTEMPTS + " times with " + root + "; see the log");
        LOG.error("a command failed {} times and is now dead letter {}", ATTEMPTS, id, failure);
    }
}
