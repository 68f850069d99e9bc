/** Tests of the command line and the process. */
@NullMarked
package io.clew.server;

import org.jspecify.annotations.NullMarked;
