/** Tests of analyze. */
@NullMarked
package io.clew.server.analyze;

import org.jspecify.annotations.NullMarked;
