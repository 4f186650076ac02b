/** The ledger of captured money and of refunds. Knows neither engine nor broker. */
@NullMarked
package dev.orderflow.payment;

import org.jspecify.annotations.NullMarked;
