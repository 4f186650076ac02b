/**
 * What operators see of the application: health, measurements, names in the log, traces. It looks at all of it by ports and by SQL,
 * is known by nobody, and changes nothing.
 */
@NullMarked
package dev.orderflow.operations;

import org.jspecify.annotations.NullMarked;
