/** The launcher against what it launches; the launcher alone is tested by launcher-test.sh. */
@NullMarked
package io.clew.quality.launcher;

import org.jspecify.annotations.NullMarked;
