/** The rules of the house: which module may use which, and what no module may do. */
@NullMarked
package io.clew.quality.architecture;

import org.jspecify.annotations.NullMarked;
