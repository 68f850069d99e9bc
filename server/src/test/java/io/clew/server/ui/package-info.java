/** Tests of who is let in to the pages and the APIs. */
@NullMarked
package io.clew.server.ui;

import org.jspecify.annotations.NullMarked;
