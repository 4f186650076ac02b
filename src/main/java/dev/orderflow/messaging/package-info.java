/** Messages in and out: reading, the inbox, parking, dead letters, the relay. The only package that knows the broker; knows no engine. */
@NullMarked
package dev.orderflow.messaging;

import org.jspecify.annotations.NullMarked;
