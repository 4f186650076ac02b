/**
 * Two who want different things of one order, from two nodes: a table of who may meet whom and when, what the transition function
 * says about it, and a kit that makes them meet.
 */
@NullMarked
package dev.orderflow.races;

import org.jspecify.annotations.NullMarked;
