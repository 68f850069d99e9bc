/**
 * {@code clew doctor}: why nothing arrives. It sends the empty request that OTLP defines as a success, the way the
 * application beside it would, and when that fails it changes one thing at a time until it works: what had to be changed
 * is the diagnosis, and the fix has been tried.
 */
@NullMarked
package io.clew.server.doctor;

import org.jspecify.annotations.NullMarked;
