/** Tests of how queries are answered. */
@NullMarked
package io.clew.server.query;

import org.jspecify.annotations.NullMarked;
