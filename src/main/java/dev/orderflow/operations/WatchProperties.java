package dev.orderflow.operations;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code orderflow.watch.*}: how often the database is read for operators, and what is worth their look.
 *
 * @param every how often it is read; a reading that takes long is taken less often, so that it fills two percent of the time at most
 * @param invariants how often all invariants are checked, on one node at a time; zero for never
 * @param relayLag the oldest event may have waited so long for the broker
 * @param parked the oldest parked message may have waited so long for its order
 * @param timer a timer may be so late
 */
@ConfigurationProperties("orderflow.watch")
record WatchProperties(
        @DefaultValue("10s") Duration every,
        @DefaultValue("1h") Duration invariants,
        @DefaultValue("1m") Duration relayLag,
        @DefaultValue("12h") Duration parked,
        @DefaultValue("1m") Duration timer) {}
