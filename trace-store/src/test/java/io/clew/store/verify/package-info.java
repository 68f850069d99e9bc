@NullMarked
package io.clew.store.verify;

import org.jspecify.annotations.NullMarked;
