/**
 * Real orders through the whole application: reads a folder of CSV files, sends every order's life through the queue in time
 * order with the engine's clock following, plays the people and the payment provider around it, and accounts for everything.
 */
@NullMarked
package dev.orderflow.replay;

import org.jspecify.annotations.NullMarked;
