/** One whole trace in columns, with its tree, and what its attributes say in every version of the semantic conventions. */
@NullMarked
package io.clew.analysis.trace;

import org.jspecify.annotations.NullMarked;
