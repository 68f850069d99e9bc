/** Analyses of one's own: a {@link io.clew.analysis.job.TraceJob} sees every trace of a window and gives rows. */
@NullMarked
package io.clew.analysis.job;

import org.jspecify.annotations.NullMarked;
