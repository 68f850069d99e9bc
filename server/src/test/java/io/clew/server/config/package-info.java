@NullMarked
package io.clew.server.config;

import org.jspecify.annotations.NullMarked;
