/** The application itself: it starts the features below and owns none of their rules. */
@NullMarked
package dev.orderflow;

import org.jspecify.annotations.NullMarked;
