/** The HTTP API. Knows neither engine nor broker. */
@NullMarked
package dev.orderflow.web;

import org.jspecify.annotations.NullMarked;
