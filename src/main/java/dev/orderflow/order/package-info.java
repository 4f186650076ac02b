/** The order: its number, its lines, its people, its status and its timeline. Knows neither stock nor money, neither engine nor broker. */
@NullMarked
package dev.orderflow.order;

import org.jspecify.annotations.NullMarked;
