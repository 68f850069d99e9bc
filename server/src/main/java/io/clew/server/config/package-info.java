/** Settings: where each comes from, what it may be, and what is said when it is wrong. */
@NullMarked
package io.clew.server.config;

import org.jspecify.annotations.NullMarked;
