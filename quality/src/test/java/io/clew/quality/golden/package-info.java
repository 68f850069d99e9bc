@NullMarked
package io.clew.quality.golden;

import org.jspecify.annotations.NullMarked;
