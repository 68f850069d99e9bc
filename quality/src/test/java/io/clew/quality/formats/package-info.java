/**
 * Readers of Clew's files written from {@code docs/formats} alone: they use no class of the product, so that what the pages do
 * not say cannot be read here.
 */
@NullMarked
package io.clew.quality.formats;

import org.jspecify.annotations.NullMarked;
