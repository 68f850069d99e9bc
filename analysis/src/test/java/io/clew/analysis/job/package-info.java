/** Tests of jobs. */
@NullMarked
package io.clew.analysis.job;

import org.jspecify.annotations.NullMarked;
