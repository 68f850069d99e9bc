/** The jobs that come with Clew, which use no more than what any job may. */
@NullMarked
package io.clew.analysis.job.shipped;

import org.jspecify.annotations.NullMarked;
