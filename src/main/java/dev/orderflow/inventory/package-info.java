/** Stock and what is promised of it. Knows neither engine nor broker. */
@NullMarked
package dev.orderflow.inventory;

import org.jspecify.annotations.NullMarked;
