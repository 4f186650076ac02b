/**
 * The packaged application under fire: runs it as several processes on one database and one broker, plays everybody around it,
 * breaks at random moments whatever can break, and accounts for every message, order and event afterwards.
 */
@NullMarked
package dev.orderflow.crash;

import org.jspecify.annotations.NullMarked;
