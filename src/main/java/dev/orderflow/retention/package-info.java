/**
 * What is kept, and how long: removes what is old, and erases what is known of a buyer who asks for it. It works by SQL across all
 * tables, the engine's too, and only on orders that are finished.
 */
@NullMarked
package dev.orderflow.retention;

import org.jspecify.annotations.NullMarked;
