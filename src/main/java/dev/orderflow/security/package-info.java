/** Who may come in and what they may do there. */
@NullMarked
package dev.orderflow.security;

import org.jspecify.annotations.NullMarked;
