/** What each service of the shop counts itself, knowing nothing of tracing: something to hold Clew's numbers against. */
@NullMarked
package io.clew.demo.shop.counts;

import org.jspecify.annotations.NullMarked;
