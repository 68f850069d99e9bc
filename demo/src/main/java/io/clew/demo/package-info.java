/** Real services under a real tracing agent, as a client of Clew would run them. */
@NullMarked
package io.clew.demo;

import org.jspecify.annotations.NullMarked;
