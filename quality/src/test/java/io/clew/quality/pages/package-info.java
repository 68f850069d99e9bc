/** The user interface in a real browser on a real server. */
@NullMarked
package io.clew.quality.pages;

import org.jspecify.annotations.NullMarked;
