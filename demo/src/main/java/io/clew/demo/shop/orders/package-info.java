/** The service that prices, pays and records orders. */
@NullMarked
package io.clew.demo.shop.orders;

import org.jspecify.annotations.NullMarked;
