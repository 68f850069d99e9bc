/** The service customers talk to; it has no database and calls the two others. */
@NullMarked
package io.clew.demo.shop.storefront;

import org.jspecify.annotations.NullMarked;
