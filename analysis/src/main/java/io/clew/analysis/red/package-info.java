/** Rate, errors, duration of every service, operation and instance. */
@NullMarked
package io.clew.analysis.red;

import org.jspecify.annotations.NullMarked;
