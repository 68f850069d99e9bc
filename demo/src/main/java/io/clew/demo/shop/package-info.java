/** A small tea shop of three services and a database, each in its own JVM, traced by the OpenTelemetry Java agent. */
@NullMarked
package io.clew.demo.shop;

import org.jspecify.annotations.NullMarked;
