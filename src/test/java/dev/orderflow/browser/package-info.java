/** Tasklist and Cockpit as people use them: in a real browser, with the mouse and with the keys. */
@NullMarked
package dev.orderflow.browser;

import org.jspecify.annotations.NullMarked;
