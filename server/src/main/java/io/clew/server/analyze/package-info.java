/** {@code analyze}: runs a {@link io.clew.analysis.job.TraceJob} over what is stored, and writes its rows into a file. */
@NullMarked
package io.clew.server.analyze;

import org.jspecify.annotations.NullMarked;
