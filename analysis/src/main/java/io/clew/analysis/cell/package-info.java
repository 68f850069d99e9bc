/** What traces add up to: rows of exact sums, sketches and examples by key, for one minute or for many, and their serialised form. */
@NullMarked
package io.clew.analysis.cell;

import org.jspecify.annotations.NullMarked;
