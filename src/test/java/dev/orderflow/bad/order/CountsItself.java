package dev.orderflow.bad.order;

import io.micrometer.core.instrument.MeterRegistry;

public class CountsItself {

    public void place(MeterRegistry registry) {
        registry.counter("orders").increment();
    }
}
