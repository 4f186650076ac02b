/**
 * Everything the application needs around it, from Maven Central alone: a real PostgreSQL as a child process and a real AMQP
 * broker inside this one, for {@code ./mvnw spring-boot:test-run} and for the tests. None of it is in the production jar.
 */
@NullMarked
package dev.orderflow.embedded;

import org.jspecify.annotations.NullMarked;
