package dev.orderflow.messaging;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code orderflow.messaging.*}; the defaults suit most installations.
 *
 * @param consumers how many batches of commands one node handles at a time
 * @param batch how many commands, each about another order, share a transaction at most
 * @param batchPause how long a consumer waits for one more before it begins
 * @param relayBatch how many events are read, sent and marked together
 * @param relayPause how long after one look the relay takes the next; who waits longer finds more to send together
 * @param relayPoll how long the relay waits for a signal before it looks by itself
 * @param relayTakeover how often the other nodes try to become the one that publishes
 * @param confirmTimeout how long the broker may take to confirm a batch before it is sent again
 * @param parkingPoll how often parked messages are looked through for those that expired or missed their wake-up
 */
@ConfigurationProperties("orderflow.messaging")
record MessagingProperties(
        @DefaultValue("2") int consumers,
        @DefaultValue("32") int batch,
        @DefaultValue("3ms") Duration batchPause,
        @DefaultValue("500") int relayBatch,
        @DefaultValue("40ms") Duration relayPause,
        @DefaultValue("100ms") Duration relayPoll,
        @DefaultValue("1s") Duration relayTakeover,
        @DefaultValue("10s") Duration confirmTimeout,
        @DefaultValue("1s") Duration parkingPoll) {}
