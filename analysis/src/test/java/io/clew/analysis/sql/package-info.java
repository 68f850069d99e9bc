/** Tests of reading SQL. */
@NullMarked
package io.clew.analysis.sql;

import org.jspecify.annotations.NullMarked;
