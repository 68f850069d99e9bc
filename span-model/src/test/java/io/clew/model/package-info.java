/** Tests of the span model, and {@link io.clew.model.RandomSpans}, which the tests of other modules use too. */
@NullMarked
package io.clew.model;

import org.jspecify.annotations.NullMarked;
