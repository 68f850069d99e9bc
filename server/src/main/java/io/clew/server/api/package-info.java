/** The Clew API: /clew/api/v1 on the UI's port. */
@NullMarked
package io.clew.server.api;

import org.jspecify.annotations.NullMarked;
