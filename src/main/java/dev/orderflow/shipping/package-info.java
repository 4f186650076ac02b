/** Parcels. Knows neither engine nor broker. */
@NullMarked
package dev.orderflow.shipping;

import org.jspecify.annotations.NullMarked;
