package dev.orderflow.order;

import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** Which paid orders wait for a person's look: those above {@code orderflow.review.total-above.<currency>}, in minor units. */
@Component
public class HoldRules {

    private final Map<String, Long> totalAbove;
    private final Orders orders;
    private final Timeline timeline;

    HoldRules(Settings settings, Orders orders, Timeline timeline) {
        this.totalAbove = settings.totalAbove();
        this.orders = orders;
        this.timeline = timeline;
    }

    /**
     * Marks the order paid.
     *
     * @return whether it is held for review
     */
    public boolean markPaid(String orderNo) {
        Order order = orders.move(orderNo, OrderEvent.PAID, Map.of());
        boolean held = order.total() > totalAbove.getOrDefault(order.currency(), Long.MAX_VALUE);
        if (held) {
            timeline.record(
                    orderNo,
                    "OrderHeld",
                    Map.of("status", order.status(), "total", order.total(), "currency", order.currency()));
        }
        return held;
    }

    @ConfigurationProperties("orderflow.review")
    record Settings(@DefaultValue Map<String, Long> totalAbove) {}

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(Settings.class)
    static class Binding {}
}
