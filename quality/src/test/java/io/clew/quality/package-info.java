/** Runs that cross modules: architecture rules, end to end, crash harness, bench. */
@NullMarked
package io.clew.quality;

import org.jspecify.annotations.NullMarked;
