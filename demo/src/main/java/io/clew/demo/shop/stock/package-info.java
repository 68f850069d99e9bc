/** The service that knows what is on the shelves. */
@NullMarked
package io.clew.demo.shop.stock;

import org.jspecify.annotations.NullMarked;
