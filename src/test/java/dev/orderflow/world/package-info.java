/**
 * The world around the application, as the tests play it: what it sends, what people and timers do, what can be seen afterwards,
 * and which paths of the models that took.
 */
@NullMarked
package dev.orderflow.world;

import org.jspecify.annotations.NullMarked;
