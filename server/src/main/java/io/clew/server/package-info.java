/** The process: doors, life cycle, command line, and the only place where the parts are wired together. */
@NullMarked
package io.clew.server;

import org.jspecify.annotations.NullMarked;
