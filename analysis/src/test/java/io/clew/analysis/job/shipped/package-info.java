/** Tests of the jobs that come with Clew. */
@NullMarked
package io.clew.analysis.job.shipped;

import org.jspecify.annotations.NullMarked;
