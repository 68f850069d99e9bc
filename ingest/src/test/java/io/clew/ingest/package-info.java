/** Test kit of the wire formats: real requests, and what other modules' tests post. */
@NullMarked
package io.clew.ingest;

import org.jspecify.annotations.NullMarked;
