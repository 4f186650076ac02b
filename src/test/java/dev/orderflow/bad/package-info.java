/** The mistakes the architecture rules are there to catch, one class for each: proof that every rule bites. Nothing uses them. */
package dev.orderflow.bad;
