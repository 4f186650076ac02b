/** What buyers say of received orders. Knows neither engine nor broker. */
@NullMarked
package dev.orderflow.review;

import org.jspecify.annotations.NullMarked;
