/** The order's life as the engine runs it: delegates, timers, correlation. The only package that knows the engine; knows no SQL of orders. */
@NullMarked
package dev.orderflow.process;

import org.jspecify.annotations.NullMarked;
