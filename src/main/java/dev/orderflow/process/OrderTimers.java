package dev.orderflow.process;

import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** The models' timers, as {@code ${timers.…}}: ISO 8601 durations for the engine, due dates for people. */
@Component("timers")
public class OrderTimers {

    private final Settings settings;
    private final Duration parking;
    private final Clock clock;

    OrderTimers(Settings settings, Parked parked, Clock clock) {
        this.settings = settings;
        this.parking = parked.parking();
        this.clock = clock;
    }

    /** How long a buyer may take to pay with the given method. */
    public String payment(String method) {
        return settings.paymentByMethod()
                .getOrDefault(method, settings.payment())
                .toString();
    }

    public String shipReminder() {
        return settings.shipReminder().toString();
    }

    public String autoReceipt() {
        return settings.autoReceipt().toString();
    }

    public String reviewWindow() {
        return settings.reviewWindow().toString();
    }

    public String refund() {
        return settings.refund().toString();
    }

    public String parking() {
        return parking.toString();
    }

    /** An order held for review should be released or refused within the time it would take to ship it. */
    public Date reviewDue() {
        return in(settings.shipReminder());
    }

    public Date shipDue() {
        return in(settings.shipReminder());
    }

    public Date receiptDue() {
        return in(settings.autoReceipt());
    }

    public Date refundDue() {
        return in(settings.refund());
    }

    private Date in(Duration duration) {
        return Date.from(clock.instant().plus(duration));
    }

    /** {@code orderflow.timers.*} */
    @ConfigurationProperties("orderflow.timers")
    record Settings(
            @DefaultValue("PT30M") Duration payment,
            @DefaultValue Map<String, Duration> paymentByMethod,
            @DefaultValue("P2D") Duration shipReminder,
            @DefaultValue("P10D") Duration autoReceipt,
            @DefaultValue("P30D") Duration reviewWindow,
            @DefaultValue("P3D") Duration refund) {}

    /** {@code orderflow.parking}: how long a message or a payment may wait for its order. */
    @ConfigurationProperties("orderflow")
    record Parked(@DefaultValue("P1D") Duration parking) {}

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({Settings.class, Parked.class})
    static class Binding {}
}
