/** The shop's database server: H2 in a process of its own. */
@NullMarked
package io.clew.demo.shop.database;

import org.jspecify.annotations.NullMarked;
