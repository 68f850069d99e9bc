/** Analyses of whole traces: one definition, run over any range of time. */
@NullMarked
package io.clew.analysis;

import org.jspecify.annotations.NullMarked;
