package dev.orderflow.operations;

import dev.orderflow.embedded.OrderflowTest;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.test.context.ContextConfiguration;

/** The whole application as operators see it: with its Prometheus endpoint, and with somebody who collects its traces. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@OrderflowTest
@AutoConfigureObservability
@ContextConfiguration(initializers = {OrderflowTest.Services.class, Collector.class})
@interface Watched {}
