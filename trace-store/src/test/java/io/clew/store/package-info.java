@NullMarked
package io.clew.store;

import org.jspecify.annotations.NullMarked;
