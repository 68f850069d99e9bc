/** SQL texts as they stand in spans. */
@NullMarked
package io.clew.analysis.sql;

import org.jspecify.annotations.NullMarked;
