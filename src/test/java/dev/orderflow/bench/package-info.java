/** Measures the running application: whole lives of orders through each door, and what they cost. */
@NullMarked
package dev.orderflow.bench;

import org.jspecify.annotations.NullMarked;
